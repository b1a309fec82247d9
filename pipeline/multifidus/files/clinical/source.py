"""Clinical data by whatever file it comes in: rows that are records or say what is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from multifidus.domain.settings import ClinicalSettings
from multifidus.files.atomic import sha256_of
from multifidus.files.clinical.people import ClinicalTable, people_of
from multifidus.files.clinical.profile import TableProfile
from multifidus.files.clinical.redcap import RedcapSource
from multifidus.files.clinical.rows import ReadRow
from multifidus.files.clinical.table import columns_of, read_said, stream_rows


class ClinicalSource(Protocol):
    """Rows that can be read more than once."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the clinical table that the file fills."""
        ...

    def rows(self) -> Iterator[ReadRow]:
        """Row after row, right or wrong; none is left out."""
        ...

    def notes(self) -> list[str]:
        """What the reader of the rows should know of the file as a whole."""
        ...


@dataclass(frozen=True)
class TableSource:
    """A clinical table."""

    path: Path
    settings: ClinicalSettings
    columns: tuple[str, ...]

    def rows(self) -> Iterator[ReadRow]:
        """Row after row, right or wrong."""
        return stream_rows(self.path, self.settings.table, self.settings.mt3_definition)

    def notes(self) -> list[str]:
        """Nothing: a table says all of itself in its rows."""
        return []


def open_source(path: Path, settings: ClinicalSettings) -> ClinicalSource:
    """The source of a file, its header checked: a FHIR bundle by its name's end, `.json`.

    A CSV or .xlsx file is a REDCap export where the settings name a mapping for it, else a clinical
    table.
    Raises UsageError for a missing file and InputError for one that cannot be read.
    """
    if is_fhir(path):
        from multifidus.files.clinical.fhir import FhirSource  # costs a third of a second to import

        return FhirSource(path, settings)
    if settings.redcap:
        return RedcapSource(path, settings)
    return TableSource(path, settings, columns_of(path, settings.table))


def is_fhir(path: Path) -> bool:
    """Whether the file's name is that of a FHIR bundle."""
    return path.suffix.lower() == ".json"


def read_clinical_data(path: Path | str, settings: ClinicalSettings) -> ClinicalTable:
    """Every record of a file, whatever it comes in, and what of the file was not taken.

    A row that cannot be read is left out and told. The last file read is kept: a batch asks for the
    same one at every study. Raises InputError where no row can be read, one line; UsageError for a
    missing file.
    """
    path = Path(path)
    files = [path, *(Path(name) for name in (settings.redcap, settings.fhir) if name)]
    contents = tuple(sha256_of(one) if one.is_file() else "" for one in files)
    return _read_content(path, _Asked(settings), contents)


@dataclass(frozen=True)
class _Asked:
    """Settings by their content: some of them are mappings, which no cache takes as they are."""

    settings: ClinicalSettings

    def __hash__(self) -> int:
        return hash(repr(self.settings))


@lru_cache(maxsize=1)
def _read_content(path: Path, asked: _Asked, contents: tuple[str, ...]) -> ClinicalTable:
    """The file read; contents: SHA-256 of it and of its mapping, so that a changed one is read."""
    settings = asked.settings
    source = open_source(path, settings)
    found = people_of(path, source.rows(), TableProfile(settings.table))
    told = source.notes()
    found = replace(found, notes=(*told, *found.notes), of_the_file=(*told, *found.of_the_file))
    return with_said(found, settings)


def with_said(found: ClinicalTable, settings: ClinicalSettings) -> ClinicalTable:
    """The table with who said what of each record, where its file keeps it."""
    if found.path.suffix.lower() == ".json":
        return found
    said = read_said(found.path, settings.table)
    records = (
        replace(record, said=said.get((record.subject_id, record.visit), {}))
        for record in found.records
    )
    return replace(found, records=tuple(records)) if said else found
