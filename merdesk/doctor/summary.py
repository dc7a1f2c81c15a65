"""Findings as a document: what is wrong with this copy of a dataset."""

import json
from collections.abc import Sequence
from typing import Any

from merdesk.doctor.finding import SEVERITIES, Finding


def as_records(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings as JSON values; plots are left to the window, because evidence says it in numbers."""
    return [
        {
            "id": finding.id,
            "check": finding.check,
            "severity": finding.severity,
            "dataset": finding.dataset,
            "what": finding.what,
            "evidence": dict(finding.evidence),
            "affected": list(finding.affected),
            "details": list(finding.details),
            "repair": None
            if finding.repair is None
            else {
                "kind": finding.repair.kind,
                "sentence": finding.repair.sentence,
                "parameters": dict(finding.repair.parameters),
                "n_clips": len(finding.repair.affected),
                "preselected": finding.repair.preselected,
            },
        }
        for finding in findings
    ]


def as_json(findings: Sequence[Finding]) -> str:
    """Findings as one JSON document."""
    return json.dumps({"findings": as_records(findings)}, indent=1, ensure_ascii=False) + "\n"


def as_markdown(findings: Sequence[Finding]) -> str:
    """Findings as Markdown, by dataset, worst first."""
    lines = ["# What the dataset doctor found", ""]
    if not findings:
        lines += ["Nothing.", ""]
    for dataset in dict.fromkeys(finding.dataset for finding in findings):
        lines += [f"## {_plain(dataset)}", ""]
        own = [finding for finding in findings if finding.dataset == dataset]
        for finding in sorted(own, key=lambda finding: SEVERITIES.index(finding.severity)):
            lines += _section(finding)
    return "\n".join(lines)


def _section(finding: Finding) -> list[str]:
    lines = [f"### {finding.severity.capitalize()}: {_plain(finding.check)}", "", _plain(finding.what), ""]
    if finding.evidence:
        lines += ["| evidence | value |", "|---|---|"]
        lines += [f"| {_plain(name)} | {value:.6g} |" for name, value in finding.evidence.items()]
        lines.append("")
    lines += [f"- {_plain(detail)}" for detail in finding.details]
    if finding.details:
        lines.append("")
    if finding.repair:
        lines += [f"Repair: {_plain(finding.repair.sentence)}", ""]
    return lines


def _plain(text: str) -> str:
    """Text that cannot become markup: titles come from strangers."""
    one_line = " ".join(text.split())
    return "".join("\\" + letter if letter in "\\`*_[]<>|#" else letter for letter in one_line)
