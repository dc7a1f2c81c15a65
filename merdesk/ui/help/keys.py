"""Every key of the window by section: the menus' from their actions, those of planes, pages and player from here."""

from collections.abc import Sequence

from PySide6.QtGui import QKeySequence

from merdesk.ui.actions import ACTIONS, MENUS

Section = tuple[str, tuple[tuple[str, str], ...]]
"""A heading, and what is done with its keys."""

OTHERS: tuple[Section, ...] = (
    (
        "In the plane",
        (
            ("Next clip in a direction", "Arrows"),
            ("Add the next clip in a direction", "Shift+Arrows"),
            ("Play or pause", "Space"),
            ("Whole plane", "F"),
            ("Rate the selected clip", "R"),
            ("Drag moves, draws a lasso, a rectangle", "V, Q, B"),
            ("Lasso: add, take out", "Shift+drag, Ctrl+drag"),
            ("Density, histograms", "D, H"),
            ("Play what the mouse sweeps over", "P"),
        ),
    ),
    (
        "On the Annotate page",
        (
            ("File a rating", "Enter"),
            ("Large steps", "Shift+Arrows"),
            ("Can't say, or another pair", "N"),
            ("Choose a figure, or confidence in the plane", "1 to 9"),
            ("Start, pause or go on with a trace", "Space"),
            ("First, equal, second of a pair", "Left, Down, Right"),
        ),
    ),
    (
        "In the player",
        (
            ("Five seconds back, on", "Left, Right"),
            ("Repeat the clip, or no longer", "L"),
            ("Repeat from here, until here", "J, K"),
            ("Repeat a part of the waveform", "Shift+drag"),
            ("Hear the other one of A and B", "X"),
            ("Waveform: zoom, show the whole clip", "+, -, 0"),
            ("Waveform: earlier, later", "Shift+Arrows"),
            ("Queue: move a clip, leave it out", "Alt+Arrows, Del"),
        ),
    ),
    (
        "Everywhere",
        (
            ("Next part, the one before", "Tab, Shift+Tab"),
            ("Menus", "Alt+its letter"),
            ("Copy the selected rows of a table", "Ctrl+C"),
            ("Back to the page", "Esc"),
        ),
    ),
)


def native(shortcut: str) -> str:
    """A shortcut as the system writes it."""
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)


def sections() -> tuple[Section, ...]:
    """Every section with all its keys."""
    menus = tuple(
        (
            menu,
            tuple(
                (a.text.removesuffix("..."), native(a.shortcut))
                for a in ACTIONS
                if a.menu == menu and a.shortcut
            ),
        )
        for menu in MENUS
    )
    return menus + OTHERS


def matching(among: Sequence[Section], typed: str) -> tuple[Section, ...]:
    """The keys whose words, keys or heading hold every typed word; sections without any are left out.

    Examples
    --------
    >>> matching([("Play", (("Queue", "Ctrl+U"), ("Shuffle", "S")))], "play que")
    (('Play', (('Queue', 'Ctrl+U'),)),)
    """
    wanted = typed.casefold().split()
    found = (
        (
            head,
            tuple(
                (text, keys)
                for text, keys in keyed
                if all(word in f"{head} {text} {keys}".casefold() for word in wanted)
            ),
        )
        for head, keyed in among
    )
    return tuple((head, keyed) for head, keyed in found if keyed)
