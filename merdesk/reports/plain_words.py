"""The verdict for people who know no statistics: a few sentences that claim no more than the claims beside them."""

from typing import Any

from merdesk.reports.carrying import OTHERS
from merdesk.reports.claims import SIGNIFICANT
from merdesk.reports.estimates import excludes
from merdesk.reports.genre_verdict import genres_off, perhaps_shrunk
from merdesk.reports.scored import DIMENSIONS
from merdesk.reports.wording import listed, number, share

FEELING = {"Valence": "how pleasant the music is", "Arousal": "how energetic it is"}
NO_WORSE = 0.05
"""As in `verdict`: a score this little below zero is not worth the word "worse"."""


def plain_words(report: dict[str, Any]) -> list[str]:
    """Sentences in the order in which they are read; none where nothing is scored."""
    if not report["data"]["totals"]["n_scored"]:
        return []
    rows = [row for row in report["scores"]["rows"] if row["reliable"] and not row["pooled"]]
    by_dimension = [
        _accuracy(dimension, [row for row in rows if row["dimension"] == dimension])
        for dimension in DIMENSIONS
    ]
    said = [_errors(report), *by_dimension]
    return [
        sentence for sentence in (*said, _offsets(report), _carrying(report), _genres(report)) if sentence
    ]


def _accuracy(dimension: str, rows: list[dict[str, Any]]) -> str:
    """How much of the differences between clips is predicted, and where nothing is."""
    by_size = [row for row in rows if row["headline"] == "r2" and row["metrics"]["r2"]["value"] is not None]
    found = sorted((row["metrics"]["r2"]["value"], row["dataset"]) for row in by_size if _side(row) > 0)
    said = []
    if found:
        ends = [f"{share(value)} ({name})" for value, name in dict.fromkeys((found[0], found[-1]))]
        said.append(
            f"{dimension} ({FEELING[dimension]}): the model accounts for {' to '.join(ends)} of the differences between "
            "clips, where guessing the average accounts for none."
        )
    for side, words in (
        (-1, "it does worse than guessing the average"),
        (0, "it cannot be told from guessing the average"),
    ):
        if names := [row["dataset"] for row in by_size if _side(row) == side]:
            head = f"For {dimension.lower()} on" if not said else "On"
            said.append(f"{head} {listed(names)} {words}.")
    for row in rows:
        pairs = row["metrics"]["ranking"]["value"]
        if row["headline"] == "spearman" and pairs is not None:
            said.append(
                f"On {row['dataset']}, where only the order of clips is known, it puts {share(pairs)} of pairs in the right "
                f"order by {dimension.lower()}; tossing a coin gives 50\N{NO-BREAK SPACE}%."
            )
    return " ".join(said)


def _side(row: dict[str, Any]) -> int:
    score = row["metrics"]["r2"]
    side = excludes(score)
    return 0 if side < 0 and score["value"] > -NO_WORSE else side


def _errors(report: dict[str, Any]) -> str:
    """Which datasets hold errors that nobody repaired: the rest has to be read with that in mind."""
    found = report["doctor"]["findings"] if report["doctor"] else []
    wrong = [one["dataset"] for one in found if one["severity"] == "error" and not one["repaired"]]
    if not wrong:
        return ""
    names = listed(list(dict.fromkeys(wrong)))
    return f"The published values of {names} hold errors that nobody has repaired: what is said of them may come from these."


def _offsets(report: dict[str, Any]) -> str:
    off = [
        row for row in report["offsets"]["rows"] if row["p_holm"] is not None and row["p_holm"] < SIGNIFICANT
    ]
    told = [
        f"too {'much' if row['bias']['value'] > 0 else 'little'} {row['dimension'].lower()} on {row['dataset']} "
        f"(by {number(abs(row['bias']['value']))})"
        for row in sorted(
            off, key=lambda row: (row["dimension"].lower() != "valence", -abs(row["bias"]["value"]))
        )
    ]
    return f"On average, on a scale from −1 to +1, it says {listed(told, most=4)}." if told else ""


def _carrying(report: dict[str, Any]) -> str:
    """How far a model gets on a dataset that it never saw."""
    cells = report["carrying"]["cells"] if report["carrying"] else []
    others = [cell for cell in cells if cell["kind"] == OTHERS and cell["headline"] == "r2"]
    told = []
    for dimension in DIMENSIONS:
        scores = [(cell["scores"][dimension]["r2"], cell["test"]) for cell in others]
        known = [one for one in scores if one[0]["value"] is not None]
        if known:
            worst, name = min(known, key=lambda one: one[0]["value"])
            much = share(worst["value"]) if worst["value"] > 0 else "none"
            where = f"{name}, where guessing the average does better" if excludes(worst) < 0 else name
            told.append(f"{much} of the differences in {dimension.lower()} ({where})")
    if not told:
        return ""
    return f"Tried on a dataset that it never saw, such a model accounts at worst for {listed(told)}."


def _genres(report: dict[str, Any]) -> str:
    """Whether genres are treated alike, and where that cannot be told from the dataset."""
    strengths = {one["strength"] for one in report["verdict"] if one["about"] == "genre"}
    if "shown" in strengths:
        names = genres_off(report)
        who = (
            f"These genres get errors of their own: {listed(names)}"
            if names
            else "Errors are larger in some genres"
        )
        said = f"{who}; how large they are stands below."
    elif "open" in strengths:
        said = "No genre was found to be treated worse than others, which does not prove that none is."
        if alone := list(
            dict.fromkeys(f"{row['genre']} in {row['dataset']}" for row in perhaps_shrunk(report))
        ):
            said += (
                f" Errors of {listed(alone)} differ from those of the other music there, which the caution of any model "
                "can bring about."
            )
    else:
        said = "Whether genres are treated alike cannot be said from these clips."
    grid = report["confounding"]
    nested = [name for name, yes in zip(grid["datasets"], grid["separable"], strict=True) if not yes]
    if nested and len(grid["datasets"]) > 1:
        holds = "hold one genre each" if len(nested) > 1 else "holds one genre"
        said += f" {listed(nested)} {holds}, so what is due to the genre there, and what to the dataset, cannot be told apart."
    return said
