"""How long a report of five datasets takes: `PYTHONPATH=tests python tests/benchmarks/bench_report.py`.

3,900 simulated clips, two models, evaluation and gap cached before. The bars: 20 s for the report once the evaluation
is cached, 5 MB for its page, 1 s until Chromium shows it (beside an empty page, since Chromium itself takes a while).
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from helpers.study import make_study

from merdesk.project.project import Project
from merdesk.workflows.evaluate import EvaluateModels, EvaluateRequest
from merdesk.workflows.gap import MeasureGap
from merdesk.workflows.report import BuildReport
from merdesk.workflows.train import TrainModel, TrainRequest
from merdesk.workflows.workflow import run_here
from merdesk.workflows.write_report import WriteReport

FORMATS = ("html", "pdf", "json", "csv", "latex")


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def timed(label, call):
    """Print how long a call took, by the clock and by the processor; its result."""
    start, cpu = time.perf_counter(), time.process_time()
    result = call()
    took = time.perf_counter() - start
    say(f"{label:<64}{took:9.3f} s   cpu {time.process_time() - cpu:9.3f} s")
    return result


def shown(page):
    """Seconds until Chromium has drawn a page."""
    start = time.perf_counter()
    command = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,2000"]
    with tempfile.TemporaryDirectory() as folder:
        picture = f"--screenshot={folder}/page.png"
        subprocess.run([*command, picture, page.as_uri()], check=True, capture_output=True)
    return time.perf_counter() - start


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "five.merdesk"
        make_study(path, n_datasets=5, n_groups=390, d=400, shift=0.2)
        with Project.open(path) as project:
            run_here(TrainModel(project, TrainRequest("one", ("made",), ("Ash",))))
            run_here(TrainModel(project, TrainRequest("two", ("made",), ("Ash", "Birch"))))
            timed("evaluation", lambda: run_here(EvaluateModels(project, EvaluateRequest(("made",)))))
            timed("gap", lambda: run_here(MeasureGap(project, ("made",))))
            timed("report, its refits made for the first time", lambda: run_here(BuildReport(project)))
            report = timed("report (bar 20 s)", lambda: run_here(BuildReport(project)))
            for name in FORMATS:
                timed(
                    f"written as {name}",
                    lambda name=name: run_here(WriteReport(project, report, Path(folder), (name,))),
                )
        page, empty = Path(folder) / "report.html", Path(folder) / "empty.html"
        empty.write_text("<!DOCTYPE html><title>empty</title>")
        say(f"page {page.stat().st_size / 1e6:.2f} MB (bar 5), {report['data']['totals']['n_clips']:,} clips")
        if shutil.which("chromium"):
            least = [min(shown(one) for _ in range(3)) for one in (empty, page)]
            say(
                f"Chromium: {least[1]:.2f} s, an empty page {least[0]:.2f} s, so {least[1] - least[0]:.2f} s (bar 1)"
            )


if __name__ == "__main__":
    main()
