"""Tiny datasets in the published layouts, with made-up numbers and names."""

from pathlib import Path

SAMPLES = ("sample_15000ms", "sample_15500ms", "sample_16000ms")


def write(path: Path, text: str, *, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def write_emomusic(root: Path) -> Path:
    """Three clips; TAB-padded cells, arousal first, segment times that lost their zeros."""
    write(
        root / "songs_info.csv",
        '"song_id","file_name","Artist","Song title","start of the segment (min.sec)","end of the segment (min.sec)","Genre","Mediaeval 2013 set"\n'
        '2,"\t2.mp3","Ann\t","\tFirst\t","\t0.2\t","\t1.05\t","\tBlues\t","development"\n'
        '3,"\t3.mp3","Ben\t","\tSecond, with a comma\t","\t1\t","\t1.45\t","\tRock\t","evaluation"\n'
        '10,"\t10.mp3","Ann\t","\tThird\t","\t2.5\t","\t3.35\t","\tBlues\t","development"\n',
    )
    write(
        root / "static_annotations.csv",
        "song_id,mean_arousal,std_arousal,mean_valence,std_valence\r\n"
        "2,3.1,0.9,6.5,0.6\r\n3,4.5,1.8,5,1.7\r\n10,7,1.2,2.25,1.1\r\n",
    )
    for name, shift in (
        ("valence_cont_average", 0.5),
        ("arousal_cont_average", -0.5),
        ("valence_cont_std", 0.25),
        ("arousal_cont_std", 0.125),
    ):
        rows = "".join(f"{song},{shift},{shift / 2},{shift / 4}\n" for song in (2, 3, 10))
        write(root / f"{name}.csv", "song_id," + ",".join(SAMPLES) + "\n" + rows)
    return root


def write_deam(root: Path, *, raters: bool = False) -> Path:
    """Four songs of the three years; blanks in headers, ragged traces, tags without header, a shifted row."""
    averaged = root / "annotations" / "annotations averaged per song"
    write(
        averaged / "song_level" / "static_annotations_averaged_songs_1_2000.csv",
        "song_id, valence_mean, valence_std, arousal_mean, arousal_std\n2,3.1,0.9,6.5,0.6\n1001,7,1.5,2,0.5\n",
    )
    write(
        averaged / "song_level" / "static_annotations_averaged_songs_2000_2058.csv",
        "song_id, valence_mean, valence_std, valence_ max_mean, valence_max_std, arousal_mean, arousal_std\n"
        "2001,3.2,0.98,5.0,1.41,6.6,0.8\n2031,5.5,1,6,1,4.5,1\n",
    )
    for name, shift in (("valence", 0.5), ("arousal", -0.5)):
        write(
            averaged / "dynamic (per second annotations)" / f"{name}.csv",
            "song_id, sample_15000ms, sample_15500ms, sample_16000ms\n"
            f"2,{shift},{shift / 2}\n1001,{shift},,{shift / 4},\n2001,{shift},{shift},{shift}\n2031,{shift}\n",
        )
    write(
        root / "metadata" / "metadata_2013.csv",
        'song_id,album,artist,title,Genre\n2,"\t2.mp3","Ann\t","\tFirst\t","\tBlues\t"\n',
    )
    write(
        root / "metadata" / "metadata_2014.csv",
        "Id,Artist,Album,Track,Genre,segment start,segment end,last.fm labels\n"
        "1001,Cee,An album,Another,Hip-Hop-Electronic,0.5,1.35,sad,happy,slow,\n",
    )
    write(
        root / "metadata" / "metadata_2015.csv",
        "id,Filename,title,artist,album,genre,,\n2001,a.mp3,Old,Dee,n/a,Rock,,\n2031,b.mp3,Go,Yes, Maybe,n/a,folk,\n",
    )
    if raters:
        write_deam_raters(root)
    return root


def write_deam_raters(root: Path) -> None:
    """Two and three workers; other case and other order in the two tables."""
    folder = root / "annotations" / "annotations per each rater" / "song_level"
    write(
        folder / "static_annotations_songs_1_2000.csv",
        "workerID, SongId, Valence, Arousal\nw1,2,3,6\nw2,2,4,7\nw1,1001,7,2\nw1,1001,6,2\n",
    )
    write(
        folder / "static_annotations_songs_2000_2058.csv",
        "SongId, WorkerId, Arousal_Average, Valence_Average, Arousal_Max\n2001,w3,6,3,8\n2031,w3,4,5,9\n",
    )


def write_pmemo(root: Path) -> Path:
    """Four choruses, one of them unlabelled; arousal first, long traces."""
    root = root / "PMEmo2019"
    write(
        root / "metadata.csv",
        "musicId,fileName,title,artist,album,duration,chorus_start_time,chorus_end_time\n"
        '1,1.mp3,One,Ann,Album,32.1,02:35,03:05\n4,4.mp3,Two,방탄,"Album, Vol. 2",28.09,03:00,03:26\n'
        "11,11.mp3,Short,Ann,Album,15.08,00:10,00:25\n12,12.mp3,Four,Ben,Album,40.0,00:41,01:21\n",
    )
    write(
        root / "annotations" / "static_annotations.csv",
        "musicId,Arousal(mean),Valence(mean)\n1,0.4,0.575\n4,0.25,0.75\n12,0.9,0.1\n",
    )
    write(
        root / "annotations" / "static_annotations_std.csv",
        "musicId,Arousal(std),Valence(std)\n1,0.15,0.25\n4,0.1,0.2\n12,0.2,0.1\n",
    )
    for statistic, file in (("mean", "dynamic_annotations"), ("std", "dynamic_annotations_std")):
        rows = "".join(f"{song},{time},0.25,0.5\n" for song in (1, 4, 12) for time in (15.5, 16.0))
        write(
            root / "annotations" / f"{file}.csv",
            f"musicId,frameTime,Arousal({statistic}),Valence({statistic})\n" + rows,
        )
    write(root / "netease_soundcloud.csv", "musicId,netease,genre\n4,x,K-Pop\n")
    return root


def write_wcmed(root: Path, *, sister: str = "WCMED", rankings: bool = False) -> Path:
    """Four excerpts of two recordings; metadata with CR alone and a name that slipped."""
    names = [f"Bach_BWV1042-02_114_2010-SMD_{n}.mp3" for n in (1, 2)] + [
        f"Ravel_Trio-01_109_2010-SMD-{n}.mp3" for n in (1, 2)
    ]
    kind, folder = ("Ranking", "Rankings") if rankings else ("Rating", "Ratings")
    valence = (1, 2, 3, 4) if rankings else (1.0, 0.5, 0.0, -0.5)
    for dimension, values in (("Valence", valence), ("Arousal", tuple(reversed(valence)))):
        rows = "".join(f"{name},{value}\n" for name, value in zip(names, values, strict=True))
        write(
            root / f"{sister}-{folder}" / f"{sister}_{dimension}_{kind}.csv", f"name,{kind.lower()}\n" + rows
        )
    write(
        root / f"{sister}-Metadata" / f"{sister}_ Metadata.csv",
        "fileName,songName,segmentID,start_point,stop_point\r"
        f"{names[0]},Bach,1,10.5,20.25\r{names[0]},Bach,2,30,41.5\r{names[2]},Ravel,1,0,9\r{names[3]},Ravel,2,15,26\r",
    )
    return root


def write_wtc(root: Path) -> Path:
    """Three recordings by piece and performer, valence and arousal on scales of their own."""
    write(
        root / "ratings.csv",
        "Piece;Performer;Valence;Arousal\nBWV 846 Prelude;Gould;6,5;80\nBWV 846 Prelude;Schiff;5;55,5\nBWV 846 Fugue;Gould;2;13\n",
    )
    return root


WRITERS = {
    "emomusic": write_emomusic,
    "deam": write_deam,
    "pmemo": write_pmemo,
    "wcmed": write_wcmed,
    "wtc": write_wtc,
}
