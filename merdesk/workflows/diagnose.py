"""Let the doctor look at the project's datasets, and apply or revert the repairs that it proposes.

Findings are always those of the values as filed: a repair is a row of the provenance log that names its finding, so
that a finding tells whether it is repaired, and undo and revert bring it back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from merdesk.doctor import CHECKS
from merdesk.doctor.dataset import DoctorDataset
from merdesk.doctor.finding import SEVERITIES, Finding, Repair
from merdesk.doctor.repairs import repaired
from merdesk.doctor.summary import as_markdown, as_records
from merdesk.domain.arrays import FloatArray
from merdesk.domain.changes import Changes
from merdesk.domain.clip import DatasetId
from merdesk.domain.words import counted
from merdesk.errors import DatasetError
from merdesk.progress import Progress
from merdesk.project import datasets, provenance, published, repairs
from merdesk.project.project import Project
from merdesk.project.provenance import Entry
from merdesk.workflows.sounds import Sounds

REPAIRED = "repaired"
"""What is noted of a dataset of which a repair holds."""
Key = tuple[DatasetId, str]
"""A dataset's id and what names the finding within it; both stay when the dataset is renamed."""


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """A finding and the clips of the project that it is about.

    `clip_ids` are in the order of `finding.affected`, `repaired_ids` in that of `finding.repair.affected`: a repair may
    touch more clips than those that gave the defect away.
    """

    finding: Finding
    dataset_id: DatasetId
    clip_ids: tuple[int, ...]
    repaired_ids: tuple[int, ...] = ()

    @property
    def key(self) -> Key:
        """What provenance knows the finding by."""
        return self.dataset_id, self.finding.id.removeprefix(f"{self.finding.dataset}/")

    @property
    def counts(self) -> bool:
        """True where numbers are wrong or may mislead; a note is only worth knowing."""
        return self.finding.severity != "note"


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One clip before and after a repair: native means and deviations of valence and arousal."""

    source_id: str
    clip_id: int
    title: str
    filed: tuple[float, float]
    repaired: tuple[float, float]
    filed_spread: tuple[float, float]
    repaired_spread: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the doctor found, worst first, and the datasets that it looked at."""

    found: tuple[Diagnosed, ...]
    patients: Mapping[int, DoctorDataset]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings alone."""
        return tuple(one.finding for one in self.found)

    def named(self, finding_id: str) -> Diagnosed:
        """The finding of this id; DatasetError when there is none."""
        for one in self.found:
            if one.finding.id == finding_id:
                return one
        raise DatasetError(
            f"The doctor has no finding {finding_id!r}; `merdesk doctor` lists the ids that there are."
        )

    def preview(self, one: Diagnosed, most: int | None = None) -> tuple[PreviewRow, ...]:
        """The clips of a finding as filed and as repaired; equal where it has no repair of values."""
        patient = self.patients[one.dataset_id]
        after = patient if one.finding.repair is None else repaired(patient, one.finding.repair)
        rows = patient.rows
        return tuple(
            PreviewRow(
                source_id,
                clip_id,
                patient.title[rows[source_id]],
                _pair(patient.static[rows[source_id]]),
                _pair(after.static[rows[source_id]]),
                _pair(patient.spread[rows[source_id]]),
                _pair(after.spread[rows[source_id]]),
            )
            for source_id, clip_id in zip(one.finding.affected[:most], one.clip_ids[:most], strict=True)
        )


class Diagnose:
    """Examine every dataset that came with ratings, `n_datasets` by now; nothing is written."""

    title = "Examine datasets"

    def __init__(self, project: Project) -> None:
        self._path = project.path
        self.n_datasets = len(published.rated(project))

    def run(self, progress: Progress) -> Diagnosis:
        """Run every check on every dataset."""
        patients: dict[int, DoctorDataset] = {}
        ids: dict[str, tuple[DatasetId, dict[str, int]]] = {}
        progress.begin("Reading datasets")
        # A reader of its own: the ratings of 100,000 clips would hold the window for most of a second.
        with Project.open(self._path, read_only=True) as reader:
            read = [published.read(reader, dataset_id) for dataset_id in published.rated(reader)]
            asked = Sounds(reader, [clip_id for rows in read for clip_id in rows.clip_ids.tolist()])
        sounds = asked.read()
        for rows in read:
            source = rows.source_dataset(as_filed=True, published_only=True)
            heard, features = sounds.of(rows.clip_ids.tolist())
            patient = DoctorDataset.of(source, heard=heard, features=features)
            patients[rows.id] = patient
            ids[patient.name] = rows.id, dict(zip(patient.ids, rows.clip_ids.tolist(), strict=True))
            progress.checkpoint()
        progress.begin("Examining", total=len(patients) * len(CHECKS))
        findings: list[Finding] = []
        everyone = tuple(patients.values())
        for patient in everyone:
            for check in CHECKS:
                findings += check.check(patient, everyone)
                progress.advance()
        findings.sort(key=lambda finding: SEVERITIES.index(finding.severity))
        return Diagnosis(tuple(_diagnosed(finding, *ids[finding.dataset]) for finding in findings), patients)

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: Diagnosis) -> Changes:  # noqa: ARG002  (looking changes nothing)
        """Nothing to write."""
        return Changes()

    def abandon(self) -> Changes:
        """Nothing was written."""
        return Changes()


def apply(project: Project, one: Diagnosed) -> Changes:
    """Apply the repair of a finding: one entry of the provenance log, one step of the history.

    Raises
    ------
    DatasetError
        When the finding proposes none, or it is applied already.
    """
    repair = one.finding.repair
    if repair is None:
        raise DatasetError(f"The finding {one.finding.id} proposes no repair; read what it says.")
    if one.key in applied(project):
        raise DatasetError(f"The repair {one.finding.id} is applied already; revert it to see filed values.")
    kind, details = _entry(repair)
    return provenance.add(
        project,
        title=_title(repair, one.finding.dataset),
        kind=kind,
        dataset_id=one.dataset_id,
        details={
            **details,
            "finding": one.key[1],
            "check": one.finding.check,
            "what": one.finding.what,
            "repair": repair.sentence,
            "evidence": {name: _plain(value) for name, value in one.finding.evidence.items()},
        },
        clip_ids=None if kind == repairs.RANK else one.repaired_ids,
    )


def revert(project: Project, entry: Entry) -> Changes:
    """Let one repair hold no longer; the filed values stand again, one step of the history."""
    return provenance.set_reverted(project, entry.id)


def applied(project: Project) -> dict[Key, Entry]:
    """Repairs of findings that hold now, by the finding they repair."""
    return {
        (entry.dataset_id, str(entry.details["finding"])): entry
        for entry in provenance.all(project)
        if not entry.reverted and entry.dataset_id is not None and "finding" in entry.details
    }


def open_findings(diagnosis: Diagnosis, holding: Mapping[Key, Entry]) -> int:
    """How many findings are neither notes nor repaired."""
    return sum(one.counts and one.key not in holding for one in diagnosis.found)


def notes(diagnosis: Diagnosis, holding: Mapping[Key, Entry]) -> dict[str, str]:
    """One word about each dataset of which there is something to say, by the dataset's name."""
    words: dict[str, str] = {}
    for one in diagnosis.found:
        name = one.finding.dataset
        if one.key in holding:
            words.setdefault(name, REPAIRED)
        elif one.finding.severity == "error":
            words[name] = one.finding.check
        elif one.finding.check == "ranks":
            words.setdefault(name, "ranks")
    return words


def wanted(diagnosis: Diagnosis, holding: Mapping[Key, Entry], names: Iterable[str]) -> list[Diagnosed]:
    """The findings that `--apply` names; "all" stands for every repair of wrong numbers that is not applied yet."""
    found: dict[str, Diagnosed] = {}
    for name in names:
        if name == "all":
            some = [one for one in diagnosis.found if one.finding.severity == "error" and one.finding.repair]
            found |= {one.finding.id: one for one in some if one.key not in holding}
        else:
            found[name] = diagnosis.named(name)
    return list(found.values())


def holding_named(project: Project, names: Sequence[str]) -> list[Entry]:
    """The applied repairs that `--revert` names by finding; "all" stands for all of them."""
    known = {row.id: row.info.name for row in datasets.all(project)}
    holding = {f"{known[key[0]]}/{key[1]}": entry for key, entry in applied(project).items()}
    if strangers := [name for name in names if name != "all" and name not in holding]:
        raise DatasetError(f"No repair {strangers[0]!r} is applied; `merdesk info` lists those that are.")
    return [entry for name, entry in holding.items() if name in names or "all" in names]


def record(diagnosis: Diagnosis, holding: Mapping[Key, Entry]) -> dict[str, Any]:
    """Findings and the repairs that hold, as JSON values."""
    known = {dataset_id: patient.name for dataset_id, patient in diagnosis.patients.items()}
    findings = [
        {**told, "repaired": one.key in holding}
        for one, told in zip(diagnosis.found, as_records(diagnosis.findings), strict=True)
    ]
    held = [
        {
            "id": f"{known.get(key[0], '')}/{key[1]}",
            "title": entry.title,
            "n_clips": entry.n_clips,
            "since": entry.created_at,
        }
        for key, entry in holding.items()
    ]
    return {"findings": findings, "repairs": held}


def markdown(diagnosis: Diagnosis, holding: Mapping[Key, Entry]) -> str:
    """Findings as Markdown, and which repairs hold in this project."""
    lines = [as_markdown(diagnosis.findings).rstrip(), ""]
    if holding:
        lines += ["## Repairs that hold in this project", ""]
        lines += [f"- {entry.title} (since {entry.created_at[:10]})" for entry in holding.values()]
        lines.append("")
    return "\n".join(lines)


def write(path: Path, text: str) -> None:
    """Write findings to a file; DatasetError when that cannot be."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DatasetError(
            f"{path} could not be written ({error.strerror}); choose another place."
        ) from error


def _diagnosed(finding: Finding, dataset_id: DatasetId, ids: Mapping[str, int]) -> Diagnosed:
    repaired_ids = finding.repair.affected if finding.repair else ()
    return Diagnosed(
        finding,
        dataset_id,
        tuple(ids[source_id] for source_id in finding.affected),
        tuple(ids[source_id] for source_id in repaired_ids),
    )


def _entry(repair: Repair) -> tuple[str, dict[str, Any]]:
    """Kind and parameters of the provenance entry that does what the doctor's repair does."""
    parameters = repair.parameters
    if repair.kind == "exchange":
        return repairs.EXCHANGE, {}
    if repair.kind == "mark as rank":
        return repairs.RANK, {}
    if repair.kind == "leave out":
        return repairs.LEAVE_OUT, {}
    linear: dict[str, Any] = {"factor": [1.0, 1.0], "offset": [0.0, 0.0], "spread_factor": [1.0, 1.0]}
    if repair.kind == "rescale":
        for part in ("factor", "offset"):
            linear[part] = [float(parameters[f"{axis} {part}"]) for axis in ("valence", "arousal")]
    else:
        linear["spread_factor"] = [float(parameters["factor"])] * 2
    return repairs.LINEAR, linear


def _title(repair: Repair, dataset: str) -> str:
    n = counted(len(repair.affected), "clip")
    return {
        "exchange": f"Exchange valence and arousal of {n} of {dataset}",
        "rescale": f"Rescale the means of {n} of {dataset}",
        "rescale spread": f"Rescale the standard deviations of {n} of {dataset}",
        "mark as rank": f"Mark {dataset} as ranks",
        "leave out": f"Leave {n} out of {dataset}",
    }[repair.kind]


def _pair(values: FloatArray) -> tuple[float, float]:
    return float(values[0]), float(values[1])


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
