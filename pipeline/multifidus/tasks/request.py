"""What is asked of one study, read and checked before any network is loaded."""

import os.path
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from multifidus.domain.criterion import Rules
from multifidus.domain.errors import UsageError
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.settings import StudySettings
from multifidus.domain.study import SAGITTAL_ROLES, SeriesRole, SeriesSummary, Study
from multifidus.files.clinical.source import read_clinical_data
from multifidus.files.numberings import OWN_LEVELS
from multifidus.files.rules.criteria import read_rule_set, rule_set_file
from multifidus.files.rules.grades import gradings_of
from multifidus.files.rules.instruments import read_clinical_tables
from multifidus.files.rules.norms import read_norms
from multifidus.files.study import list_series, read_study
from multifidus.files.yaml import read_settings
from multifidus.spine.arches import with_bodies
from multifidus.tasks.provenance import provenance_of


@dataclass(frozen=True)
class Request:
    """What one analysis is asked to do. clinical: a clinical table, or None.

    before: its provenance before anything was read; None where nobody took it.
    """

    study: Path
    subject_id: str
    settings: StudySettings
    clinical: Path | None = None
    before: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)

    def provenance(self) -> dict[str, Any]:
        """What the result depends on, as it is now."""
        return provenance_of(self.study, self.subject_id, self.settings, self.clinical)


def request_of(study: str, subject_id: str, clinical: str = "", params: str = "") -> Request:
    """A request from plain words, as notebooks and schedulers have them; "" stands for none.

    subject_id: "" for the name of the study's folder. Its provenance is taken here, before anything
    is read. Raises UsageError for settings or a clinical table that do not hold.
    """
    settings = read_settings(Path(params) if params else None)
    name = subject_id or subject_of(Path(study))
    asked = Request(Path(study), name, settings, Path(clinical) if clinical else None)
    return replace(asked, before=asked.provenance())


def subject_of(study: Path) -> str:
    """The name of a study's folder as it was given, a link not followed: who it is by default."""
    return Path(os.path.abspath(study)).name  # noqa: PTH100


def series_in(folder: Path) -> list[SeriesSummary]:
    """The series as `list_series` lists them. Raises UsageError also where there is none."""
    found = list_series(folder)
    if not found:
        raise UsageError(f"{folder}: no MR series in it, neither DICOM nor NIfTI")
    return found


def open_study(
    folder: Path,
    subject_id: str,
    chosen: Mapping[str, str] | None = None,
    numbering: str = OWN_LEVELS,
) -> Study:
    """The study as it is analysed: what `read_study` reads, with the bodies of whole vertebrae."""
    return with_bodies(read_study(folder, subject_id, chosen, numbering))


def clinical_record(request: Request) -> ClinicalRecord | None:
    """The person's row of the clinical table, or None without a table."""
    return record_and_notes(request)[0]


def record_and_notes(request: Request) -> tuple[ClinicalRecord | None, tuple[str, ...]]:
    """The person's row, and in short what of the clinical file was not taken."""
    if request.clinical is None:
        return None, ()
    data = read_clinical_data(request.clinical, request.settings.clinical)
    return data.record_of(request.subject_id), data.notes_in_short


def rules_of(settings: StudySettings) -> Rules:
    """Scoring tables, rule sets, scales and norms that the settings name, read and checked."""
    files = [rule_set_file(name) for name in settings.eligibility.rule_sets]
    return Rules(
        clinical=read_clinical_tables(),
        rule_sets=tuple(read_rule_set(path) for path in files),
        gradings=gradings_of(settings.grades),
        norms=tuple(norm for name in settings.norms.tables for norm in read_norms(name)),
    )


def missing_roles(found: Sequence[SeriesSummary]) -> list[str]:
    """What a study lacks for a full result, in words."""
    roles = {one.role for one in found}
    missing = []
    dixon = {SeriesRole.AXIAL_WATER, SeriesRole.AXIAL_FAT}
    echoes = {SeriesRole.AXIAL_IN_PHASE, SeriesRole.AXIAL_OPPOSED_PHASE}
    if not (dixon <= roles or echoes <= roles):
        missing.append("axial Dixon water and fat, or in and opposed phase: no fat fraction")
    if not roles & (dixon | echoes | {SeriesRole.AXIAL_T1, SeriesRole.AXIAL_T2}):
        missing.append("any axial series: nothing can be measured")
    if SeriesRole.LEVEL_LABELS not in roles and not roles & set(SAGITTAL_ROLES):
        missing.append("a sagittal series or a level label map: levels only by slice_of_level")
    return missing
