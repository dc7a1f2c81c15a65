"""What a check of a label says, in sentences that its evidence carries; no Qt here."""

import math

from merdesk.domain.affect import Affect
from merdesk.evaluation.bootstrap import Interval
from merdesk.ui.theme.figures import signed
from merdesk.ui.widgets import counted
from merdesk.workflows.label_check import LEAST_NEIGHBOURS, LabelCheck


def pair(value: Affect) -> str:
    """Valence and arousal in short."""
    return f"V {signed(value.valence)}  A {signed(value.arousal)}"


def spread(found: LabelCheck) -> str:
    """How far annotators agreed about this clip."""
    if not math.isfinite(found.spread_rank):
        annotators = counted(found.n_raters, "annotator")
        return f"{annotators}; how far they agreed is not known."
    n = f"{counted(found.n_raters, 'annotator')}, " if found.n_raters > 1 else ""
    return (
        f"{n}spread V {found.spread.valence:.2f}  A {found.spread.arousal:.2f}: larger than in "
        f"{found.spread_rank:.0%} of its dataset."
    )


def neighbours(found: LabelCheck) -> str:
    """What clips that sound alike were rated, and which of the two points that is nearer to."""
    if found.neighbours is None:
        return f"Fewer than {LEAST_NEIGHBOURS} rated clips of other groups with features sound like it: nothing to compare with."
    valence, arousal = found.neighbours
    near = (valence.value, arousal.value)
    to_label, to_model = (
        math.hypot(point.valence - near[0], point.arousal - near[1])
        for point in (found.annotated, found.predicted)
    )
    head = f"{valence.n} rated clips that sound most like it: V {_limits(valence)}, A {_limits(arousal)}. "
    if not math.isfinite(to_model) or not math.isfinite(to_label):
        return head.strip()
    nearer = "prediction" if to_model < to_label else "annotation"
    return f"{head}Their mean is nearer to the {nearer} ({min(to_model, to_label):.2f} against {max(to_model, to_label):.2f})."


def repaired(found: LabelCheck) -> str:
    """What was filed and what was repaired."""
    if found.as_filed is None:
        return "As filed; no repair touches it."
    return f"Filed as {pair(found.as_filed)}. {' '.join(found.repairs)}"


def twins(found: LabelCheck) -> str:
    """What other clips of the same music were rated."""
    if not found.twins:
        return "No other clip of this project is known to be the same music."
    return "\n".join(f"{one.name}: {_beside(found, one.affect)} ({one.why})" for one in found.twins)


def _beside(found: LabelCheck, twin: Affect) -> str:
    """Another label of the same music, and how far it lies from this one and from the prediction."""
    if not math.isfinite(twin.valence):
        return "not rated"
    away = math.dist((twin.valence, twin.arousal), (found.annotated.valence, found.annotated.arousal))
    said = f"{pair(twin)}, {away:.2f} from this annotation"
    if math.isfinite(found.predicted.valence):
        wrong = math.dist((twin.valence, twin.arousal), (found.predicted.valence, found.predicted.arousal))
        said += f", {wrong:.2f} from the prediction"
    return said


def _limits(found: Interval) -> str:
    if not math.isfinite(found.low):
        return f"{signed(found.value)}, no interval"
    return f"{signed(found.value)} (95 % {signed(found.low)} to {signed(found.high)})"
