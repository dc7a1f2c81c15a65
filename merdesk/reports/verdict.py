"""The first paragraph: what the numbers carry, and not a word more.

A claim stands here when its interval (or its p after Holm's correction) carries it. "No evidence of" is never
turned into "evidence of no": that needs an interval inside the equivalence margin, and then the margin is named.
"""

from typing import Any

from merdesk.reports.estimates import excludes
from merdesk.reports.scored import DIMENSIONS, MIN_CLUSTERS
from merdesk.reports.wording import counted, listed, number, p_value, share

EQUIVALENCE_MARGIN = 0.05
"""Biases within this of zero, on [-1, 1], count as none when their whole interval does."""
SIGNIFICANT = 0.05

Claim = dict[str, str]


def verdict(report: dict[str, Any]) -> list[Claim]:
    """Claims in the order in which they are read; each with `about`, `strength` and `text`.

    `strength` is "shown" (the evidence carries it), "open" (no evidence either way), "unknown" (cannot be said
    from these clips) or "fact" (a count).
    """
    claims = [_scope(report)]
    if report["data"]["totals"]["n_scored"] == 0:
        return [*claims, _nothing_scored(report), *_separability(report)]
    rows = [row for row in report["scores"]["rows"] if not row["pooled"]]
    for dimension in DIMENSIONS:
        claims += _accuracy([row for row in rows if row["dimension"] == dimension])
    claims += [_claim("leak", "shown", text) for row in rows if (text := _above_ceiling(row))]
    claims += _offsets(rows)
    claims += _genre_claims(report)
    return claims + _separability(report)


def _claim(about: str, strength: str, text: str) -> Claim:
    return {"about": about, "strength": strength, "text": text}


def _scope(report: dict[str, Any]) -> Claim:
    totals, model = report["data"]["totals"], report["model"]
    clips = f"{counted(totals['n_annotated'], 'annotated clip')} in {counted(len(report['data']['datasets']), 'dataset')}"
    if not totals["n_scored"]:
        return _claim("scope", "fact", f"{clips}.")
    who = f"The model {model['name']}" if model else "The model"
    text = (
        f"{who} is scored on {counted(totals['n_scored'], 'clip')} that it was not fitted on, "
        f"in {counted(totals['n_groups'], 'group')}, out of {clips}."
    )
    return _claim("scope", "fact", text)


def _nothing_scored(report: dict[str, Any]) -> Claim:
    totals = report["data"]["totals"]
    if totals["n_annotated"] == 0:
        text = "No clip is annotated, so predictions have nothing to be compared with."
    elif totals["n_in_sample_left_out"]:
        left_out = counted(totals["n_in_sample_left_out"], "prediction")
        text = f"{left_out} of clips that the model was fitted on cannot be scored, and there are no others: nothing can be said about the model."
    else:
        text = "There are no predictions of annotated clips, so nothing can be said about a model. The annotations are described below."
    return _claim("accuracy", "unknown", text)


def _accuracy(rows: list[dict[str, Any]]) -> list[Claim]:
    """Is the order or level of feeling predicted at all? One dimension's datasets, sorted by what can be said."""
    known = [row for row in rows if row["reliable"] and _headline(row)["value"] is not None]
    dimension = rows[0]["dimension"]
    by_side = {side: [row for row in known if excludes(_headline(row)) == side] for side in (1, -1, 0)}
    claims = []
    if by_side[1]:
        claims.append(
            _claim("accuracy", "shown", f"{dimension} is predicted in part on {_scored(by_side[1])}.")
        )
    if by_side[-1]:
        text = f"{dimension} is predicted worse than by the dataset’s own mean on {_scored(by_side[-1])}."
        claims.append(_claim("accuracy", "shown", text))
    if by_side[0]:
        text = f"No evidence that {dimension.lower()} is predicted at all on {_scored(by_side[0])}."
        claims.append(_claim("accuracy", "open", text))
    if unknown := [row for row in rows if row not in known]:
        text = f"How well {dimension.lower()} is predicted cannot be said for {listed([_why_unknown(row) for row in unknown])}."
        claims.append(_claim("accuracy", "unknown", text))
    return claims


def _headline(row: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = row["metrics"][row["headline"]]
    return found


def _scored(rows: list[dict[str, Any]]) -> str:
    told = []
    for row in rows:
        name = "Spearman’s ρ" if row["headline"] == "spearman" else "R²"
        told.append(f"{row['dataset']} ({name} {number(_headline(row)['value'])} {interval(_headline(row))})")
    return listed(told, most=8)


def _why_unknown(row: dict[str, Any]) -> str:
    if row["reliable"]:
        return f"{row['dataset']} ({_headline(row)['note']})"
    few = f"{counted(row['n'], 'clip')} in {counted(row['n_clusters'], 'group')}"
    return f"{row['dataset']} ({few}, at least {MIN_CLUSTERS} groups are needed)"


def _above_ceiling(row: dict[str, Any]) -> str:
    """A warning where a score is better than the raters' agreement allows: most often a leak."""
    score, ceiling = row["metrics"]["r2"], row["ceiling"]
    if (
        not row["reliable"]
        or score["value"] is None
        or ceiling["high"] is None
        or score["value"] <= ceiling["high"]
    ):
        return ""
    return (
        f"{row['dimension']} on {row['dataset']}: R² {number(score['value'])} is above what raters’ agreement allows "
        f"({number(ceiling['value'])}, at most {number(ceiling['high'])}). Look for clips, artists or label columns "
        "shared by training and test before believing it."
    )


def _offsets(rows: list[dict[str, Any]]) -> list[Claim]:
    """Predictions that are too high or too low on the whole, dataset by dataset."""
    reliable = [row for row in rows if row["reliable"] and row["metrics"]["bias"]["value"] is not None]
    off = [row for row in reliable if excludes(row["metrics"]["bias"])]
    if not reliable:
        return []
    if not off:
        text = "No evidence that predictions are too high or too low on average in any dataset."
        return [_claim("offset", "open", text)]
    told = [
        f"{row['dimension'].lower()} on {row['dataset']} {number(row['metrics']['bias']['value'], 3, signed=True)} "
        f"{interval(row['metrics']['bias'], 3)}"
        for row in sorted(off, key=lambda row: -abs(row["metrics"]["bias"]["value"]))
    ]
    text = (
        f"On average predictions are off by these amounts: {'; '.join(told)}. "
        f"Intervals are not corrected for {counted(len(reliable), 'comparison')}."
    )
    return [_claim("offset", "shown", text)]


def _genre_claims(report: dict[str, Any]) -> list[Claim]:
    genres = report["genres"]
    if genres["why_none"]:
        return [_claim("genre", "unknown", f"Bias by genre cannot be measured: {genres['why_none']}.")]
    rows = [row for row in genres["rows"] if row["p_holm"] is not None]
    if not rows:
        least = f"{genres['min_clips']} scored clips of {genres['min_clusters']} groups"
        return [_claim("genre", "unknown", f"Bias by genre cannot be judged: no genre has {least}.")]
    found = [row for row in rows if row["p_holm"] < SIGNIFICANT]
    own = [row for row in found if excludes(row["beyond_overall"])]
    single = len(report["data"]["datasets"]) == 1 or all(row["main_dataset"] is None for row in rows)
    borne_out = [row for row in own if single or _also_within(row)]
    claims = [_own_bias(borne_out, len(rows))] if borne_out else []
    if len(own) > len(borne_out):
        claims.append(_not_told_apart([row for row in own if row not in borne_out]))
    if len(found) > len(own):
        claims.append(_shared_offset([row for row in found if row not in own]))
    if not found:
        about = f"{counted(len(rows), 'comparison')}, {counted(genres['n_scored'], 'clip')}"
        text = f"No evidence of a genre bias beyond shrinkage ({about}).{_equivalence(rows)}"
        claims.append(_claim("genre", "open", text))
    return claims + [claim for row in genres["disparity"] if (claim := _uneven(row))]


def _also_within(row: dict[str, Any]) -> bool:
    """True when the difference points the same way inside datasets that hold several genres."""
    side = excludes(row["within_datasets"])
    return side != 0 and side == excludes(row["difference"])


def _own_bias(rows: list[dict[str, Any]], n_compared: int) -> Claim:
    """Genres whose error differs from what shrinkage gives, from the model's offset, and from their datasets'."""
    text = (
        f"Beyond what shrinkage explains, predictions are off for genres: {_differences(rows)}. "
        f"Holm-corrected over {counted(n_compared, 'comparison')}."
    )
    return _claim("genre", "shown", text)


def _not_told_apart(rows: list[dict[str, Any]]) -> Claim:
    text = (
        f"Predictions are also off for {_differences(rows)}, but that cannot be told from an effect of the dataset: "
        "inside datasets with several genres it does not show."
    )
    return _claim("confounding", "unknown", text)


def _differences(rows: list[dict[str, Any]]) -> str:
    told = []
    for row in sorted(rows, key=lambda row: -abs(row["difference"]["value"])):
        main = row["main_dataset"]
        where = f", {share(main['share'])} of its clips in {main['name']}" if main else ""
        told.append(
            f"{row['genre']} {row['dimension'].lower()} {number(row['difference']['value'], 3, signed=True)} "
            f"{interval(row['difference'], 3)}{where}"
        )
    return "; ".join(told)


def _shared_offset(rows: list[dict[str, Any]]) -> Claim:
    told = listed([f"{row['genre']} {row['dimension'].lower()}" for row in rows], most=8)
    text = (
        f"Errors of {told} differ from zero, but not from the model’s offset over all clips: "
        "a finding about the model, not about the genre."
    )
    return _claim("genre", "shown", text)


def _uneven(row: dict[str, Any]) -> Claim | None:
    """Whether errors differ more between genres than between groups dealt at random."""
    spread = row["spread"]
    if spread["p"] is None:
        return None
    figures = (
        f"spread of RMSE over {counted(row['n_genres'], 'genre')} {number(spread['value'], 3)}, "
        f"{number(spread['null_mean'], 3)} when genres are dealt at random within datasets, p = {p_value(spread['p'])}"
    )
    if spread["p"] < SIGNIFICANT:
        text = (
            f"{row['dimension']} errors are larger in some genres, most in {row['worst_genre']} ({figures})."
        )
        return _claim("genre", "shown", text)
    text = (
        f"{row['dimension']}: no evidence that errors are larger in some genres than in others ({figures})."
    )
    return _claim("genre", "open", text)


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
    return f" That is not evidence of none: {inside} of {len(rows)} intervals lie within {margin} of zero, the others are wider or beside it."


def _separability(report: dict[str, Any]) -> list[Claim]:
    grid = report["confounding"]
    nested = [
        name for name, separable in zip(grid["datasets"], grid["separable"], strict=True) if not separable
    ]
    if not nested or (len(grid["datasets"]) == 1 and len(grid["genres"]) < 2):
        return []
    text = f"Genre and dataset are not separable for {listed(nested)}: (nearly) all clips there have one genre, so an effect of genre cannot be told from one of the dataset."
    return [_claim("confounding", "fact", text)]


def interval(score: dict[str, Any], decimals: int = 2) -> str:
    """An interval in brackets.

    Examples
    --------
    >>> interval({"low": -0.1, "high": 0.2})
    '[−0.10, 0.20]'
    """
    if score["low"] is None:
        return "[no interval]"
    return f"[{number(score['low'], decimals)}, {number(score['high'], decimals)}]"
