"""Numbers as the window shows them: true minus sign, thin grouping, clock times."""

import math

MINUS = "\u2212"
UNKNOWN = "\u2013"


def signed(value: float, digits: int = 2) -> str:
    """A number with its sign; an en dash where it is not known.

    Examples
    --------
    >>> signed(-0.5), signed(0.344), signed(0.0), signed(float("nan"))
    ('\u22120.50', '+0.34', '0.00', '\u2013')
    """
    if not math.isfinite(value):
        return UNKNOWN
    text = f"{abs(value):.{digits}f}"
    if float(text) == 0:
        return text
    return (MINUS if value < 0 else "+") + text


def count(number: int) -> str:
    """A count with commas between thousands.

    Examples
    --------
    >>> count(1911)
    '1,911'
    """
    return f"{number:,}".replace("-", MINUS)


def clock(seconds: float, *, tenths: bool = False) -> str:
    """Minutes and seconds, hours where there are some; truncated, as a clock shows it.

    Examples
    --------
    >>> clock(16.84, tenths=True), clock(45), clock(3723.4), clock(float("nan"))
    ('0:16.8', '0:45', '1:02:03', '\u2013')
    """
    if not math.isfinite(seconds):
        return UNKNOWN
    # 1e-6 keeps 16.8 from reading 16.7 because of its binary fraction.
    n_tenths = int(max(seconds, 0.0) * 10 + 1e-6)
    minutes, rest = divmod(n_tenths, 600)
    hours, minutes = divmod(minutes, 60)
    second = f"{rest // 10:02d}" + (f".{rest % 10}" if tenths else "")
    return f"{hours}:{minutes:02d}:{second}" if hours else f"{minutes}:{second}"
