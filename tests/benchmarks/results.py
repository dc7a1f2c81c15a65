"""The table of figures in RESULTS.md: `python tests/benchmarks/results.py FIGURES`; says what became slower.

FIGURES is what benchmarks left (`figures.py`). Figures of things that were not measured this time stay as they are.
Nothing fails: a busy machine makes everything slower, so that the load stands beside each figure.
"""

import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

TABLE = Path(__file__).with_name("RESULTS.md")
BEGIN, END = "<!-- figures: written by `make bench` -->", "<!-- end of figures -->"
SLOWER = 1.2
"""A regression worth a line: over 20 %."""


def read(lines):
    """Figures by name; the last one of a name counts."""
    return {figure["name"]: figure for figure in map(json.loads, lines)}


def stored(text):
    """Figures of the table as it is."""
    figures = {}
    for line in text.partition(BEGIN)[2].partition(END)[0].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 7 and cells[1].replace(".", "").isdigit():
            name, median, p95, unit, ratio, n, load = cells
            figures[name] = {
                "name": name, "median": float(median), "p95": float(p95), "unit": unit,
                "ratio": float(ratio) if ratio else None, "n": int(n), "load": float(load),
            }  # fmt: skip
    return figures


def regressions(before, now):
    """What became slower by more than 20 %: beside its peer where there is one, by the clock otherwise."""
    for name, figure in now.items():
        old = before.get(name)
        if old is None:
            continue
        if figure["ratio"] and old["ratio"]:
            times, how = old["ratio"] / figure["ratio"], "beside its peer"
        else:
            times, how = figure["median"] / old["median"], "by the clock"
        if times > SLOWER:
            yield f"{name}: {times:.2f} times as slow as in the table, {how} (load {figure['load']})"


def table(figures):
    """The figures as Markdown."""
    yield "| what | median | p95 | unit | peer's time over ours | n | load |"
    yield "|---|---|---|---|---|---|---|"
    for name, figure in sorted(figures.items()):
        ratio = "" if figure["ratio"] is None else figure["ratio"]
        cells = (name, figure["median"], figure["p95"], figure["unit"], ratio, figure["n"], figure["load"])
        yield "| " + " | ".join(map(str, cells)) + " |"


def machine():
    """What this was measured on."""
    info = Path("/proc/cpuinfo")
    names = (
        [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        if info.exists()
        else []
    )
    return f"{datetime.now(UTC).date()}, {names[0] if names else platform.processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def main(path):
    now = read(Path(path).read_text(encoding="utf-8").splitlines())
    text = TABLE.read_text(encoding="utf-8")
    before = stored(text)
    for line in regressions(before, now):
        print(line)
    written = "\n".join([BEGIN, "", f"Last run: {machine()}.", "", *table(before | now), "", END])
    head, _, rest = text.partition(BEGIN)
    TABLE.write_text(head + written + rest.partition(END)[2], encoding="utf-8")
    print(f"{len(now)} figures written to {TABLE}")


if __name__ == "__main__":
    main(sys.argv[1])
