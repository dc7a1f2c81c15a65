"""A gap in words that its evidence carries."""

from typing import Any

CLAIMED = {"labels": "energy", "features": "mmd2"}
"""The one distance of each kind that a claim rests on; the others describe."""
CLAIMED_WORDS = {"energy": "energy distance", "mmd2": "squared mean discrepancy"}


def sentences(found: dict[str, Any]) -> list[str]:
    """What the gap says, in words that its evidence carries."""
    said = [sentence for pair in found["pairs"] for sentence in _about_pair(pair)]
    said += [_about_probe(one) for one in found["probes"]]
    said += [_about_dominance(one) for one in found["dominance"]]
    said.append(found["confounding"]["verdict"])
    said += _about_format(found)
    if len(found["datasets"]) < 2:
        said.insert(
            0, "There is one dataset with these features: no gap can be measured; import another one."
        )
    uncontrolled = found["pairs"] and not found["format_control"]
    return [*said, found["control"]] if uncontrolled else said


def _about_pair(pair: dict[str, Any]) -> list[str]:
    said = []
    for kind, value in zip(("annotations", "features"), claimed(pair), strict=True):
        head = f"{pair['a']} and {pair['b']}, {kind}: {CLAIMED_WORDS[value['name']]}"
        if value["value"] is None:
            said.append(f"{head} cannot be told ({value['note']}).")
            continue
        halves = " and ".join("n/a" if half is None else f"{half:.3g}" for half in value["halves"])
        head += f" {value['value']:.3g} (random halves of each: {halves})"
        if value["p_holm"] is None:
            said.append(f"{head}, without a test: {value['note']}.")
        elif value["p_holm"] <= 0.05:
            said.append(f"{head}: further apart than chance puts whole groups (p = {value['p_holm']:.3f}).")
        else:
            said.append(f"{head}: no evidence of a difference (p = {value['p_holm']:.3f}).")
    if pair["n_doubled"]:
        said.append(
            f"{pair['a']} and {pair['b']} hold {pair['n_doubled']} clips that have a duplicate somewhere."
        )
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
