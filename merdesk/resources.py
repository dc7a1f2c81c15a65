"""Where the files that travel with the program are: icons, style, templates, help."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def resource(*parts: str) -> Path:
    """Path of a file below `resources/`: inside the wheel, or beside the package in a checkout.

    Examples
    --------
    >>> resource("icons", "play.svg").suffix
    '.svg'
    """
    installed = _PACKAGE / "_resources"
    root = installed if installed.is_dir() else _PACKAGE.parent / "resources"
    return root.joinpath(*parts)
