"""The verdict's sentences on genres."""

from typing import Any

from merdesk.reports.claims import SIGNIFICANT, Claim, claim, corrected, interval
from merdesk.reports.confounding import NESTED_SHARE
from merdesk.reports.estimates import excludes
from merdesk.reports.wording import counted, listed, number, p_value, share

EQUIVALENCE_MARGIN = 0.05
"""Biases within this of zero, on [-1, 1], count as none when their whole interval does."""
MOSTLY = 0.8
"""A genre with this share of its clips in one dataset is read together with that dataset."""


def genre_claims(report: dict[str, Any]) -> list[Claim]:
    """What the genre table carries: biases that stand, that may be the dataset's, that are everyone's, or none."""
    genres = report["genres"]
    if genres["why_none"]:
        return [claim("genre", "unknown", f"Bias by genre cannot be measured: {genres['why_none']}.")]
    rows = [row for row in genres["rows"] if row["p_holm"] is not None]
    if not rows:
        least = f"{genres['min_clips']} scored clips of {genres['min_clusters']} groups"
        return [claim("genre", "unknown", f"Bias by genre cannot be judged: no genre has {least}.")]
    found = [row for row in rows if row["p_holm"] < SIGNIFICANT]
    own = [row for row in found if _also_within(row)]
    left = [row for row in found if row not in own]
    of_dataset = [row for row in left if _mostly_one_dataset(row) and excludes(row["beyond_overall"])]
    of_model = [row for row in left if row not in of_dataset]
    inside = [row for row in genres["inside"] if _beyond_home(row)]
    claims = [_own_bias(own, report)] if own else []
    claims += [_not_told_apart(of_dataset)] if of_dataset else []
    claims += [_shared_offset(of_model)] if of_model else []
    claims += [_inside(inside, report)] if inside else []
    claims += [_perhaps_shrunk(shrunk)] if (shrunk := perhaps_shrunk(report)) else []
    if not found and not inside:
        about = f"{counted(len(rows), 'comparison')}, {counted(genres['n_scored'], 'clip')}"
        text = f"No evidence of a genre bias beyond shrinkage ({about}).{_equivalence(rows)}"
        claims.append(claim("genre", "open", text))
    return claims + [uneven for row in genres["disparity"] if (uneven := _uneven(row))]


def genres_off(report: dict[str, Any]) -> list[str]:
    """Genres of which the verdict says that their errors are their own, those of one dataset with its name."""
    genres = report["genres"]
    found = [row for row in genres["rows"] if row["p_holm"] is not None and row["p_holm"] < SIGNIFICANT]
    own = [row["genre"] for row in found if _also_within(row)]
    inside = [f"{row['genre']} in {row['dataset']}" for row in genres["inside"] if _beyond_home(row)]
    return list(dict.fromkeys((*own, *inside)))


def _also_within(row: dict[str, Any]) -> bool:
    """True when the difference is found again, the same way, once each dataset's offset is taken out.

    Both tests have to agree. The first alone would blame a genre for the model's offset; the second alone would
    blame every other genre for the bias of one, since it measures against their common mean.
    """
    if row["p_within"] is None or row["p_within"] >= SIGNIFICANT:
        return False
    return bool(row["within_datasets"]["value"] * row["difference"]["value"] > 0)


def _mostly_one_dataset(row: dict[str, Any]) -> bool:
    main = row["main_dataset"]
    return main is not None and main["share"] >= MOSTLY


def _own_bias(rows: list[dict[str, Any]], report: dict[str, Any]) -> Claim:
    """Genres whose error differs from what shrinkage gives, from the model's offset, and from their datasets'."""
    text = (
        f"Beyond what shrinkage explains, predictions are off for genres: {_differences(rows)}. "
        f"{corrected(report)}"
    )
    return claim("genre", "shown", text)


def _beyond_home(row: dict[str, Any]) -> bool:
    """True when a genre's contrast stands, and is another one than where the model trained: shrinkage would be there too."""
    tests = (row["p_holm"], row["p_home"])
    return all(p is not None and p < SIGNIFICANT for p in tests)


def perhaps_shrunk(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Contrasts inside a dataset that stand, and that shrinkage may have made."""
    return [
        row
        for row in report["genres"]["inside"]
        if row["p_holm"] is not None and row["p_holm"] < SIGNIFICANT and not _beyond_home(row)
    ]


def _perhaps_shrunk(rows: list[dict[str, Any]]) -> Claim:
    text = (
        f"Against the other genres of the same dataset, predictions differ for {_contrasts(rows)}, but shrinkage alone can do "
        "that, and it is not shown to be more than in the training datasets."
    )
    return claim("confounding", "unknown", text)


def _contrasts(rows: list[dict[str, Any]]) -> str:
    return "; ".join(
        f"{row['genre']} {row['dimension'].lower()} in {row['dataset']} {number(row['contrast']['value'], 3, signed=True)} "
        f"{interval(row['contrast'], 3)}"
        for row in sorted(rows, key=lambda row: -abs(row["contrast"]["value"]))
    )


def _inside(rows: list[dict[str, Any]], report: dict[str, Any]) -> Claim:
    """Genres of one dataset whose error differs from that of its other genres."""
    text = (
        "Against the other genres of the same dataset, and unlike in the training datasets, predictions are off for "
        f"{_contrasts(rows)}. {corrected(report)}"
    )
    return claim("genre", "shown", text)


def _not_told_apart(rows: list[dict[str, Any]]) -> Claim:
    text = (
        f"Predictions differ from what shrinkage gives for {_differences(rows)}, but that cannot be told from an effect "
        "of the dataset: inside datasets with several genres it does not show, or they hold too few of these clips."
    )
    return claim("confounding", "unknown", text)


def _differences(rows: list[dict[str, Any]], *, within: bool = False) -> str:
    """Genres with how far they are off, and where asked with what of it is left inside datasets."""
    told = []
    for row in sorted(rows, key=lambda row: -abs(row["difference"]["value"])):
        main = row["main_dataset"]
        where = f", {share(main['share'])} of its clips in {main['name']}" if main and not within else ""
        inside = row["within_datasets"]
        if within and inside["value"] is not None:
            where = f", within datasets {number(inside['value'], 3, signed=True)} {interval(inside, 3)}"
        told.append(
            f"{row['genre']} {row['dimension'].lower()} {number(row['difference']['value'], 3, signed=True)} "
            f"{interval(row['difference'], 3)}{where}"
        )
    return "; ".join(told)


def _shared_offset(rows: list[dict[str, Any]]) -> Claim:
    text = (
        f"Errors beyond shrinkage of {_differences(rows, within=True)} differ from zero, but not once the model’s offset in "
        "each dataset is taken out: that is no finding about the genre."
    )
    return claim("genre", "fact", text)


def _uneven(row: dict[str, Any]) -> Claim | None:
    """Whether errors differ more between genres than between groups dealt at random."""
    spread = row["spread"]
    if spread["p_holm"] is None:
        return None
    figures = (
        f"spread of RMSE over {counted(row['n_genres'], 'genre')} {number(spread['value'], 3)}, "
        f"{number(spread['null_mean'], 3)} when genres are dealt at random within datasets, p = {p_value(spread['p_holm'])}"
    )
    if spread["p_holm"] < SIGNIFICANT:
        text = (
            f"{row['dimension']} errors are larger in some genres, most in {row['worst_genre']} ({figures})."
        )
        return claim("genre", "shown", text)
    text = (
        f"{row['dimension']}: no evidence that errors are larger in some genres than in others ({figures})."
    )
    return claim("genre", "open", text)


def _equivalence(rows: list[dict[str, Any]]) -> str:
    """How many of the comparisons are shown to be small: an interval inside the margin."""
    inside = sum(
        row["difference"]["low"] is not None
        and row["difference"]["low"] > -EQUIVALENCE_MARGIN
        and row["difference"]["high"] < EQUIVALENCE_MARGIN
        for row in rows
    )
    margin = number(EQUIVALENCE_MARGIN)
    if inside == len(rows):
        return f" All intervals lie within {margin} of zero."
    return (
        f" That is not evidence of none: {inside} of {len(rows)} intervals lie within {margin} of zero, "
        "the others reach further."
    )


def separability(report: dict[str, Any]) -> list[Claim]:
    """Which datasets hold one genre only, so that the two cannot be told apart; no claim where none does."""
    grid = report["confounding"]
    nested = [
        name for name, separable in zip(grid["datasets"], grid["separable"], strict=True) if not separable
    ]
    if not nested or len(grid["datasets"]) < 2:
        return []
    text = (
        f"Genre and dataset are not separable for {listed(nested)}: {share(NESTED_SHARE)} or more of the clips there have "
        "one genre, so an effect of genre cannot be told from one of the dataset."
    )
    return [claim("confounding", "fact", text)]
