"""Findings in the window's words."""

from merdesk.doctor.finding import Finding, Severity
from merdesk.ui.theme.figures import MINUS

HEADS: dict[Severity, str] = {
    "error": "Numbers are wrong",
    "warning": "Numbers may mislead",
    "note": "Worth knowing",
}
TITLES = {
    "exchanged": "Valence and arousal exchanged",
    "scale": "Values on another scale",
    "spread": "Deviations on another scale",
    "ranks": "Ranks, not ratings",
    "repeated songs": "Tracks more than once",
    "rows": "Rows that do not fit",
    "counts": "Counts differ",
    "without label": "Clips without rating",
    "without audio": "Ratings without audio",
    "same sound twice": "One recording twice",
    "cut files": "Files that may be cut",
    "undecodable": "Files that cannot be decoded",
    "silent": "Silent clips",
    "clipped": "Clipped sound",
    "dual mono": "Mono stored as stereo",
    "sample rates": "Odd sample rates",
    "length": "Odd lengths",
    "shorter than trace": "Clips shorter than their traces",
}
STARTS = {
    "overlap with ": "Shares clips with ",
    "split leak by ": "Split leaks by ",
    "same sound as ": "Same sound as ",
}


def title_of(finding: Finding) -> str:
    """What kind of defect it is."""
    for start, words in STARTS.items():
        if finding.check.startswith(start):
            return words + finding.check.removeprefix(start)
    return TITLES.get(finding.check, finding.check.capitalize())


def evidence_text(name: str, value: float) -> str:
    """A number of the evidence: counts whole, the rest to three digits, four just below one.

    Examples
    --------
    >>> evidence_text("clips", 744.0), evidence_text("r(a, b)", -0.91449), evidence_text("r(a, b)", 0.99978)
    ('744', '\u22120.914', '0.9998')
    """
    if float(value).is_integer() and not name.startswith("r("):
        return f"{value:,.0f}".replace("-", MINUS)
    # A correlation that is not one must not read 1.000.
    digits = 4 if 0.9995 <= abs(value) < 1 else 3
    return f"{value:.{digits}f}".replace("-", MINUS)
