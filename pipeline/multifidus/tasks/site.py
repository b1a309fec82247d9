"""What holds for every study of a site alike, read once for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from multifidus.domain.settings import StudySettings
from multifidus.files.clinical.people import ClinicalTable
from multifidus.files.clinical.source import read_clinical_data
from multifidus.files.yaml import read_settings
from multifidus.tasks.provenance import fingerprints_of_study, shared_fingerprints
from multifidus.tasks.request import rules_of


@dataclass(frozen=True, eq=False)
class Site:
    """Settings and clinical data of a site, and the fingerprints of all that its studies share.

    clinical: None without a clinical file. They are those of the moment they were read: a study
    that finds them changed when it is analysed fails, so that one batch has one set of rules.
    """

    settings: StudySettings
    clinical: ClinicalTable | None
    fingerprints: Mapping[str, Any]

    @classmethod
    def read(cls, params: Path | None, clinical: Path | None) -> "Site":
        """Read it. params: settings file, or None for the defaults. clinical: file, or None.

        Raises UsageError or InputError for settings, rules, bundles or a clinical file that do not
        hold.
        """
        settings = read_settings(params)
        rules_of(settings)
        data = None if clinical is None else read_clinical_data(clinical, settings.clinical)
        return cls(settings, data, shared_fingerprints(settings, clinical))

    def require_person(self, subject_id: str) -> None:
        """Raise UsageError or InputError where the clinical file does not tell that person."""
        if self.clinical is not None:
            self.clinical.record_of(subject_id)

    def provenance(self, study: Path, subject_id: str) -> dict[str, Any]:
        """What that person's result depends on; the study's files are read now."""
        own = fingerprints_of_study(study, subject_id, self.clinical)
        return dict(self.fingerprints) | own
