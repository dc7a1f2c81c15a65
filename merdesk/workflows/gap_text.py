"""A gap in tables and in words that its evidence carries."""

from typing import Any

from merdesk.domain.words import aligned, counted

CLAIMED = {"labels": "energy", "features": "mmd2"}
"""The one distance of each kind that a claim rests on; the others describe."""
DIMENSIONS = ("valence", "arousal")
CLAIMED_WORDS = {"energy": "energy distance", "mmd2": "squared mean discrepancy"}


def text(found: dict[str, Any]) -> str:
    """Tables of datasets and of distances, then what they say."""
    parts = [
        ("Annotations", _datasets(found)),
        ("How far apart, beside random halves of each", _distances(found)),
    ]
    if found["columns"]:
        parts.append(("Features that differ most, in standard deviations", _columns(found)))
    lines = [line for head, table in parts if len(table) > 1 for line in (head, *aligned(table, 2), "")]
    said = [f"  {sentence}" for sentence in found["sentences"]]
    return "\n".join([*lines, "In words", *said])


def _datasets(found: dict[str, Any]) -> list[list[str]]:
    head = ["  dataset", "", "rated", "with features", "groups", "V mean (sd)", "A mean (sd)", "V ceiling"]
    rows = [[*head, "A ceiling", "V genre eta2", "A genre eta2"]]
    rows += [
        [
            f"  {one['name']}",
            "ranks" if one["ranked"] else "",
            f"{one['n']:,}",
            f"{one['n_with_features']:,}",
            f"{one['n_groups']:,}",
            *(f"{one['mean'][name]:.2f} ({one['sd'][name]:.2f})" for name in DIMENSIONS),
            *(with_limits(one["ceilings"][name]) for name in DIMENSIONS),
            *(_share(one["genre_eta2"][name]) for name in DIMENSIONS),
        ]
        for one in found["datasets"]
    ]
    return rows


def _share(one: dict[str, Any]) -> str:
    """A share with the 95 % point of its null in brackets."""
    if one["value"] is None:
        return "n/a"
    return f"{one['value']:.3f}" + ("" if one["null_high"] is None else f" (chance {one['null_high']:.3f})")


def with_limits(one: dict[str, Any]) -> str:
    """A number with its interval, or n/a."""
    if one["value"] is None:
        return "n/a"
    return f"{one['value']:.2f}" + ("" if one["low"] is None else f" ({one['low']:.2f} to {one['high']:.2f})")


def _distances(found: dict[str, Any]) -> list[list[str]]:
    rows = [["  datasets", "distance", "value", "halves of each", "chance, 95 %", "clips", "groups"]]
    for pair in found["pairs"]:
        rows += [
            [
                f"  {pair['a']}, {pair['b']}",
                value["label"],
                _three(value["value"]),
                ", ".join(map(_three, value["halves"])),
                _three(value["null_high"]),
                " and ".join(f"{n:,}" for n in value["n"]),
                " and ".join(f"{n:,}" for n in value["n_groups"]),
            ]
            for value in (*pair["labels"], *pair["features"], *_blocks(pair, found["blocks"]))
        ]
    return rows


def _blocks(pair: dict[str, Any], blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks of features of a pair, labelled by their names."""
    return [
        one | {"label": f"{one['label']}, {one['block']} alone"}
        for one in blocks
        if (one["a"], one["b"]) == (pair["a"], pair["b"])
    ]


def _columns(found: dict[str, Any]) -> list[list[str]]:
    rows = [["  datasets", "column", "Wasserstein-1", "halves of each", "chance, 95 %", "means"]]
    rows += [
        [
            f"  {one['a']}, {one['b']}",
            one["column"],
            _three(one["value"]),
            ", ".join(map(_three, one["halves"])),
            _three(one["null_high"]),
            " and ".join(map(_three, one["means"])),
        ]
        for one in found["columns"]
    ]
    return rows


def _three(value: float | None) -> str:
    return (
        "n/a"
        if value is None
        else f"{value:.3f}"
        if 0.001 <= abs(value) < 1000 or not value
        else f"{value:.2g}"
    )


def sentences(found: dict[str, Any]) -> list[str]:
    """What the gap says, in words that its evidence carries."""
    said = (
        [found["lacking"].removesuffix(".") + ": only annotations are compared."] if found["lacking"] else []
    )
    said += [f"{sentence}." for sentence in found["left_out"]]
    if len(found["datasets"]) < 2:
        said.append("There is one dataset with ratings here: no gap can be measured; import another one.")
    said += [sentence for pair in found["pairs"] for sentence in _about_pair(pair)]
    said += _about_columns(found)
    said += [_about_probe(one) for one in found["probes"]]
    said += summary(found)
    said += _about_format(found)
    uncontrolled = any(pair["features"] for pair in found["pairs"]) and not found["format_control"]
    return [*said, found["control"]] if uncontrolled else said


def summary(found: dict[str, Any]) -> list[str]:
    """What genre explains, and whether it can be told from the dataset: what a reader takes from no table at a glance."""
    said = [_about_dominance(one) for one in found["dominance"]]
    said += [sentence for one in found["datasets"] for sentence in _about_genre(one)]
    said.append(found["confounding"]["verdict"])
    return [*said, *(sentence for one in found["effects"] for sentence in _about_effect(one))]


def _about_pair(pair: dict[str, Any]) -> list[str]:
    kinds = {"energy": "annotations", "mmd2": "features"}
    said = [
        _compared(
            f"{pair['a']} and {pair['b']}, {kinds[value['name']]}: {CLAIMED_WORDS[value['name']]}", value
        )
        for value in claimed(pair)
    ]
    if pair["n_left_out"]:
        said.append(
            f"{pair['a']} and {pair['b']} hold the same music: {counted(pair['n_left_out'], 'clip')} of "
            f"{pair['left_out_of']} left out of the comparison of annotations."
        )
    return said


def _compared(head: str, value: dict[str, Any]) -> str:
    """A distance beside its halves and its test; by its p over the family, where it is in one."""
    if value["value"] is None:
        return f"{head} cannot be told ({value['note']})."
    halves = " and ".join("n/a" if half is None else f"{half:.3g}" for half in value["halves"])
    head += f" {value['value']:.3g} (random halves of each: {halves})"
    p = value["p_holm"]
    if p is None:
        return f"{head}, without a test: {value['note']}."
    if p <= 0.05:
        return f"{head}: further apart than chance puts whole groups (p = {p:.3f})."
    return f"{head}: no evidence of a difference (p = {p:.3f})."


def _about_columns(found: dict[str, Any]) -> list[str]:
    """The three columns in which each pair differs most, and that they are a description."""
    pairs: dict[str, list[str]] = {}
    for one in found["columns"]:
        pairs.setdefault(f"{one['a']} and {one['b']}", []).append(one["column"])
    said = [f"{pair} differ most in {', '.join(columns[:3])}." for pair, columns in pairs.items()]
    return [*said, "Such columns are the largest of all: a description, and no test."] if said else []


def _about_genre(one: dict[str, Any]) -> list[str]:
    shares = one["genre_eta2"]
    if any(share["value"] is None for share in shares.values()):
        note = next(share["note"] for share in shares.values() if share["value"] is None)
        return [f"{one['name']}: what genre explains cannot be told ({note})."]
    told = ", ".join(f"{share['value']:.1%} of {name}" for name, share in shares.items())
    above = [
        name for name, share in shares.items() if share["p_holm"] is not None and share["p_holm"] <= 0.05
    ]
    verdict = (
        f"more than dealing genres to whole groups gives for {' and '.join(above)}"
        if above
        else "no evidence that it is more than dealing genres to whole groups gives"
    )
    return [f"{one['name']}: genre explains {told}; {verdict}."]


def _about_effect(one: dict[str, Any]) -> list[str]:
    if one["note"]:
        # The verdict on the grid says it already, once for both dimensions.
        return [] if "not separable" in one["note"] else [f"{one['dimension'].capitalize()}: {one['note']}"]
    said = []
    for factor, other, levels in (("genre", "dataset", "genres"), ("dataset", "genre", "datasets")):
        share = one[factor]
        real = share["p_holm"] is not None and share["p_holm"] <= 0.05
        head = (
            f"{one['dimension'].capitalize()}: {factor} explains {max(share['value'], 0):.1%} beyond {other}"
        )
        if not real:
            said.append(f"{head}, no evidence of an effect.")
            continue
        largest = sorted(one[levels], key=lambda level: -abs(level["value"]))[:2]
        told = "; ".join(
            f"{level['name']} {level['value']:+.2f} ({level['low']:+.2f} to {level['high']:+.2f})"
            for level in largest
        )
        said.append(f"{head} (p = {share['p_holm']:.3f}); the furthest from the mean: {told}.")
    return said


def _about_probe(one: dict[str, Any]) -> str:
    if "balanced_accuracy" not in one:
        return f"The {one['what']} cannot be probed: {one['note']}."
    score = one["balanced_accuracy"]
    head = (
        f"A linear probe names the {one['what']} from features with a balanced accuracy of {score['value']:.2f} "
        f"(chance {one['chance']:.2f})"
    )
    if one["p"] is None:
        return f"{head}, without a test: {one['note']}."
    verdict = "more than dealing labels at random gives" if one["p"] <= 0.05 else "no more than chance"
    return f"{head}: {verdict} (p = {one['p']:.3f})."


def _about_format(found: dict[str, Any]) -> list[str]:
    control = found["format_control"]
    if not control or "balanced_accuracy" not in control["same_format"]:
        return []
    was, now = (control[name]["balanced_accuracy"] for name in ("as_filed", "same_format"))
    p = control["same_format"]["p"]
    verdict = (
        "without a test"
        if p is None
        else f"still more than chance (p = {p:.3f})"
        if p <= 0.05
        else f"no more than chance (p = {p:.3f})"
    )
    said = (
        f"Control of format: from descriptors of {control['n']:,} clips as they are a probe names the dataset with a balanced "
        f"accuracy of {was['value']:.2f} ({was['low']:.2f} to {was['high']:.2f}); of the same clips in one sample rate, "
        f"band, loudness and length ({control['length_s']:.1f} s) with {now['value']:.2f} ({now['low']:.2f} to "
        f"{now['high']:.2f}): {verdict}."
    )
    return [said]


def _about_dominance(one: dict[str, Any]) -> str:
    values = [one[name]["value"] for name in ("whole", "without", "oracle")]
    if any(value is None for value in values) or one["without_random"] is None:
        return f"How much of {one['dimension']} is genre cannot be told here."
    whole, without, oracle = values
    return (
        f"{one['dimension'].capitalize()} R2 over all datasets is {whole:.2f} with all features, {without:.2f} without the "
        f"{one['rank']} directions that name genres ({one['without_random']:.2f} without as many random ones), and "
        f"{oracle:.2f} for the genre's mean alone."
    )


def claimed(pair: dict[str, Any]) -> list[dict[str, Any]]:
    """The distances of a pair that claims rest on."""
    return [value for kind, name in CLAIMED.items() for value in pair[kind] if value["name"] == name]
