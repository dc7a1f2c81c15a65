"""From a matplotlib figure to SVG text: the same bytes each time, no text of strangers inside matplotlib.

Labels from the data never reach matplotlib: they would be read as formulas ($...$), warn about glyphs that its
font lacks, and be measured in the wrong font anyway. Placeholders take their place and are exchanged, escaped, in
the finished SVG.
"""

import html
import io
import re
import threading
from typing import Any

from merdesk.reports.palette import SCHEMES, Scheme, swatches, tokens
from merdesk.reports.wording import clean

FONT_STACK = "Inter, 'Segoe UI', system-ui, -apple-system, 'Noto Sans', sans-serif"
_RC: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "path.simplify": False,
}
_RC_LOCK = threading.Lock()
"""matplotlib's settings belong to the process; one picture at a time may change them."""


class Labels:
    """Texts of one picture and the placeholders that stand for them while it is drawn."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def hold(self, text: str, *, most: int = 28) -> str:
        """Placeholder of a text, about as wide; the text is cut to `most` characters."""
        shown = clean(text)
        if len(shown) > most:
            shown = shown[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"
        self._texts.append(shown)
        return f"@{len(self._texts) - 1:03d}".ljust(len(shown) - 1, "o") + "@"

    def release(self, svg: str) -> str:
        """The picture with its texts."""

        def text(match: re.Match[str]) -> str:
            return html.escape(self._texts[int(match.group(1))])

        return re.sub(r"@(\d{3})o*@", text, svg)


def render(figure: Any, labels: Labels, *, name: str, title: str) -> str:
    """Draw a matplotlib figure as a stand-alone SVG document in the light colours.

    Parameters
    ----------
    figure
        A `matplotlib.figure.Figure` made without pyplot.
    labels
        Holds the texts of the picture.
    name
        Makes ids unique among the pictures of one page.
    title
        What the picture shows, for readers who do not see it.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.StringIO()
    metadata = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with _RC_LOCK, mpl.rc_context({**_RC, "svg.hashsalt": f"merdesk-{name}"}):
        canvas: Any = FigureCanvasSVG(figure)
        canvas.print_svg(buffer, metadata=metadata)
    body = buffer.getvalue()
    body = body[body.index("<svg") :]
    body = labels.release(_slimmed(body))
    head, rest = body.split(">", 1)
    # matplotlib sets these for every element in a style sheet, which in a page would be every element of the page.
    joins = "stroke-linejoin: round; stroke-linecap: butt"
    return f'{head} role="img" style="{joins}"><title>{html.escape(title)}</title>{rest.strip()}\n'


def _slimmed(svg: str) -> str:
    """Without comments, metadata, ids that nothing refers to, and digits that no screen shows (a third of it)."""
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, count=1, flags=re.DOTALL)
    svg = svg.replace("xlink:href=", "href=")
    used = set(re.findall(r'(?:href="#|url\(#)([\w-]+)', svg))
    svg = re.sub(r' id="([^"]+)"', lambda match: match.group(0) if match.group(1) in used else "", svg)
    svg = re.sub(r"(\d+\.\d{2})\d+", r"\1", svg)
    # What matplotlib would fall back to is no font of a page.
    svg = re.sub(r'font-family: [^;"]*', f"font-family: {FONT_STACK}", svg)
    return re.sub(r"\n\s*", "\n", svg)


def inline(svg: str) -> str:
    """The picture for a page: as wide as its figure, colours as style sheet variables that follow light and dark."""
    names = colour_variables()
    head, rest = svg.split(">", 1)
    head = re.sub(r' (?:width|height|xmlns(?::xlink)?|version)="[^"]*"', "", head)

    def variable(match: re.Match[str]) -> str:
        name = names.get(match.group(0))
        return match.group(0) if name is None else f"var(--{name})"

    return f"{head}>{re.sub(r'(?<=: )#[0-9a-f]{6}', variable, rest)}"


def for_window(svg: str, scheme: Scheme, font: str) -> str:
    """The picture for Qt, which knows no style sheets: in a scheme's own colours and one font."""
    chosen = tokens(scheme) | {name: pair[SCHEMES.index(scheme)] for name, pair in swatches().items()}
    names = colour_variables()

    def colour(match: re.Match[str]) -> str:
        name = names.get(match.group(0))
        return match.group(0) if name is None else chosen[name]

    coloured = re.sub(r"(?<=: )#[0-9a-f]{6}", colour, svg)
    # Qt takes a list of families for the name of one.
    return coloured.replace(FONT_STACK, html.escape(font)).replace(' href="#', ' xlink:href="#')


def colour_variables() -> dict[str, str]:
    """Name of the style sheet variable by light colour, for all that pictures use."""
    by_genre = {light: name for name, (light, _) in swatches().items()}
    by_token = {colour: name for name, colour in tokens("light").items() if name != "on_accent"}
    return {**by_genre, **by_token}
