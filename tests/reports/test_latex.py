"""LaTeX tables: balanced, escaped, and set by a real LaTeX where there is one."""

import re
import shutil
import subprocess

import pytest
from helpers.report_data import built, columns_of

from merdesk.reports.latex import latex_text
from merdesk.reports.latex_names import escaped

HOSTILE = (
    r"\input{/etc/passwd} \write18{x} $x^2$ 100% #1 & ~ ^ _ {}",
    '"quoted" `back\' [x] \\\\[2pt] <b> | Dvořák Ćwiek Ægir',
    r"\end{tabular}\end{document}",
    "Привет 東京 \N{BEAMED EIGHTH NOTES} \x07\u202e ^^41",
)


def test_latex_specials_are_escaped():
    assert escaped(r"50% & \input{x} $a_b$ #1 ~^") == (
        r"50\% \& \textbackslash{}input\{x\} \$a\_b\$ \#1 \textasciitilde{}\textasciicircum{}"
    )


def test_latex_tables_are_balanced_and_hostile_names_stay_text():
    names = (r"\input{/etc/passwd}", "100% _R&B_", "$x$", "Folk")
    text = latex_text(built(columns_of(480, datasets=(r"\write18{rm}", "B_1"), genres=names)))
    assert text.count(r"\begin{table}") == text.count(r"\end{table}") == 7
    assert r"\input{" not in text
    assert r"\write18" not in text
    for line in text.splitlines():
        if line.endswith((r"\\", r"\\[2pt]")):
            cells = re.split(r"(?<!\\)&", line)
            assert len(cells) in {5, 6, 7}
            assert not re.search(r"(?<!\\)%|(?<!\\)#", line)
        depth = 0
        for brace in re.findall(r"(?<!\\)[{}]", line):
            depth += 1 if brace == "{" else -1
            assert depth >= 0
        assert depth == 0


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="no LaTeX on this machine")
def test_pdflatex_sets_the_tables_of_a_report_whatever_the_names_are(tmp_path):
    names = (*HOSTILE, "Folk")
    report = built(columns_of(480, datasets=("A", "B"), genres=names))
    for row, name in zip(report["scores"]["rows"], HOSTILE, strict=False):
        row["dataset"] = name
    assert len({row["genre"] for row in report["genres"]["rows"] if row["reliable"]}) == 5
    (tmp_path / "tables.tex").write_text(latex_text(report), encoding="utf-8")
    (tmp_path / "main.tex").write_text(
        r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage{booktabs,textcomp}"
        r"\begin{document}\input{tables}\end{document}",
        encoding="utf-8",
    )
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "main.tex"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / "main.pdf").exists()


def test_letters_that_pdflatex_lacks_have_their_code_points_beside_them():
    assert escaped("Ж") == r"\merdeskletters{Ж}{{[}U+0416{]}}"
    assert escaped("a\x00\u202eb\x07") == "ab"
    assert escaped("Bjo\u0308rk") == "Björk"


def test_latex_without_scores_is_only_its_preamble():
    assert r"\begin" not in latex_text(built(columns_of(0), model=None))
