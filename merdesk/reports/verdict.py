"""The first paragraph: what the numbers carry, and not a word more.

A claim stands here when its interval (or its p after Holm's correction) carries it. "No evidence of" is never
turned into "evidence of no": that needs an interval inside the equivalence margin, and then the margin is named.
"""

from typing import Any

from merdesk.reports.carrying import carrying_claims
from merdesk.reports.claims import SIGNIFICANT, Claim, claim, corrected, interval
from merdesk.reports.doctor_card import doctor_claims
from merdesk.reports.estimates import excludes
from merdesk.reports.genre_verdict import genre_claims, separability
from merdesk.reports.scored import DIMENSIONS, MIN_CLUSTERS
from merdesk.reports.wording import counted, listed, number

GOOD_ORDER = 0.5
"""From this r on the order explains a quarter of the variance and more; below, most of an error is no matter of scale."""
NO_WORSE = 0.05
"""An R2 or rho this little below zero is not worth the word "worse"."""


def verdict(report: dict[str, Any]) -> list[Claim]:
    """Claims in the order in which they are read; each with `about`, `strength` and `text`.

    `strength` is "shown" (the evidence carries it), "open" (no evidence either way), "unknown" (cannot be said
    from these clips) or "fact" (a count).
    """
    claims = [_scope(report), *doctor_claims(report["doctor"])]
    if report["data"]["totals"]["n_scored"] == 0:
        carried = carrying_claims(report["carrying"])
        return [*claims, _nothing_scored(report), *carried, *separability(report)]
    rows = [row for row in report["scores"]["rows"] if not row["pooled"]]
    for dimension in DIMENSIONS:
        claims += _accuracy([row for row in rows if row["dimension"] == dimension])
    claims += [claim("leak", "shown", text) for row in rows if (text := _above_ceiling(row))]
    claims += _offsets(report)
    claims += carrying_claims(report["carrying"])
    claims += genre_claims(report)
    return claims + separability(report)


def _scope(report: dict[str, Any]) -> Claim:
    totals, model = report["data"]["totals"], report["model"]
    datasets = counted(len(report["data"]["datasets"]), "dataset")
    clips = f"{counted(totals['n_annotated'], 'annotated clip')} in {datasets}"
    if not totals["n_scored"]:
        return claim("scope", "fact", f"{clips}.")
    who = f"The model {model['name']}" if model else "The model"
    text = (
        f"{who} is scored on {counted(totals['n_scored'], 'clip')} that it was not fitted on, "
        f"in {counted(totals['n_groups'], 'group')}, out of {clips}."
    )
    return claim("scope", "fact", text)


def _nothing_scored(report: dict[str, Any]) -> Claim:
    totals = report["data"]["totals"]
    if totals["n_annotated"] == 0:
        text = "No clip is annotated, so predictions have nothing to be compared with."
    elif totals["n_in_sample_left_out"]:
        left_out = counted(totals["n_in_sample_left_out"], "prediction")
        text = (
            f"{left_out} of clips that the model was fitted on cannot be scored, and there are no others: nothing can "
            "be said about the model."
        )
    else:
        text = (
            "There are no predictions of annotated clips, so nothing can be said about a model. The annotations are "
            "described below."
        )
    return claim("accuracy", "unknown", text)


def _accuracy(rows: list[dict[str, Any]]) -> list[Claim]:
    """Is the order or level of feeling predicted at all? One dimension's datasets, sorted by what can be said."""
    known = [row for row in rows if row["reliable"] and _headline(row)["value"] is not None]
    dimension = rows[0]["dimension"]
    by_side = {side: [row for row in known if _side(row) == side] for side in (1, -1, 0)}
    claims = []
    if by_side[1]:
        claims.append(
            claim("accuracy", "shown", f"{dimension} is predicted in part on {_scored(by_side[1])}.")
        )
    for rank, worse in (
        (False, "predicted worse than by the dataset’s own mean"),
        (True, "put in the wrong order"),
    ):
        if rows_worse := [row for row in by_side[-1] if (row["headline"] == "spearman") == rank]:
            text = f"{dimension} is {worse} on {_scored(rows_worse)}.{_order_kept(rows_worse)}"
            claims.append(claim("accuracy", "shown", text))
    if by_side[0]:
        text = f"No evidence that {dimension.lower()} is predicted better than by a constant on {_scored(by_side[0])}."
        claims.append(claim("accuracy", "open", text + _order_kept(by_side[0])))
    if unknown := [row for row in rows if row not in known]:
        why = listed([_why_unknown(row) for row in unknown])
        text = f"How well {dimension.lower()} is predicted cannot be said for {why}."
        claims.append(claim("accuracy", "unknown", text))
    return claims


def _side(row: dict[str, Any]) -> int:
    """Better (1) or worse (-1) than a constant; a constant with a little noise is no worse than one (0)."""
    score = _headline(row)
    side = excludes(score)
    return 0 if side < 0 and score["value"] > -NO_WORSE else side


def _order_kept(rows: list[dict[str, Any]]) -> str:
    """Where R2 is bad but the order is not: wrong is then mostly scale or offset, unless the order is poor, too."""
    kept = [row for row in rows if row["headline"] == "r2" and excludes(row["metrics"]["pearson"]) > 0]
    told: dict[bool, list[str]] = {True: [], False: []}
    for row in kept:
        r = row["metrics"]["pearson"]
        told[r["value"] >= GOOD_ORDER].append(f"{row['dataset']} (r {number(r['value'])} {interval(r)})")
    text = ""
    if told[True]:
        text += f" The order of clips is right in part on {listed(told[True])}: much of what is off is offset or scale."
    if told[False]:
        text += f" The order of clips is right in small part only on {listed(told[False])}: offset and scale are not all that is off."
    return text


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
        f"{row['dimension']} on {row['dataset']}: R² {number(score['value'])} is above what annotators’ agreement allows "
        f"({number(ceiling['value'])}, at most {number(ceiling['high'])}). Look for clips, artists or label columns "
        "shared by training and test before believing it."
    )


def _offsets(report: dict[str, Any]) -> list[Claim]:
    """Predictions that are too high or too low on the whole, dataset by dataset."""
    tested = [row for row in report["offsets"]["rows"] if row["p_holm"] is not None]
    off = [row for row in tested if row["p_holm"] < SIGNIFICANT]
    if not tested:
        return []
    if not off:
        text = "No evidence that predictions are too high or too low on average in any dataset."
        return [claim("offset", "open", text)]
    told = [
        f"{row['dimension'].lower()} on {row['dataset']} {number(row['bias']['value'], 3, signed=True)} "
        f"{interval(row['bias'], 3)}"
        for row in sorted(
            off, key=lambda row: (row["dimension"].lower() != "valence", -abs(row["bias"]["value"]))
        )
    ]
    text = f"On average predictions are off by these amounts: {'; '.join(told)}. {corrected(report)}"
    return [claim("offset", "shown", text)]
