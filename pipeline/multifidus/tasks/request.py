"""What is asked of one study, read and checked before any network is loaded."""

import os.path
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from multifidus.domain.criterion import Rules
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.settings import StudySettings
from multifidus.domain.study import Study
from multifidus.files.clinical.source import read_clinical_data
from multifidus.files.numberings import OWN_LEVELS
from multifidus.files.rules.criteria import read_rule_set, rule_set_file
from multifidus.files.rules.grades import gradings_of
from multifidus.files.rules.instruments import read_clinical_tables
from multifidus.files.rules.norms import read_norms
from multifidus.files.study import read_study
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
    request = Request(Path(study), name, settings, Path(clinical) if clinical else None)
    return replace(request, before=request.provenance())


def subject_of(study: Path) -> str:
    """The name of a study's folder as it was given, a link not followed: who it is by default."""
    return Path(os.path.abspath(study)).name  # noqa: PTH100


def open_study(
    folder: Path,
    subject_id: str,
    chosen: Mapping[str, str] | None = None,
    numbering: str = OWN_LEVELS,
) -> Study:
    """The study as it is analysed: what `read_study` reads, with the bodies of whole vertebrae."""
    return with_bodies(read_study(folder, subject_id, chosen, numbering))


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
