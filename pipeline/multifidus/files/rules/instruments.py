"""Scoring tables of `params/clinical/` to domain types."""

import csv
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from multifidus.domain.answers import Confidence
from multifidus.domain.errors import UsageError
from multifidus.domain.instruments import (
    ClinicalTables,
    Crosswalk,
    ExamFacts,
    Instrument,
    OdiBands,
    OpioidFactor,
    PromisTable,
    ValueSet,
)
from multifidus.files.paths import PARAMS
from multifidus.files.rules.safety import read_safety_rules
from multifidus.files.yaml import first_problem, read_yaml

CLINICAL = PARAMS / "clinical"
ODI_BANDS_FILE = CLINICAL / "odi.yml"
NOT_TERMS = ("value_set", "publication", "pmid", "doi", "source", "confidence")


@lru_cache(maxsize=1)
def read_clinical_tables(folder: Path = CLINICAL) -> ClinicalTables:
    """Every scoring table, read once.

    Raises UsageError, one line naming the file, for a table that is missing or does not hold.
    """
    return ClinicalTables(
        odi_bands=read_odi_bands(folder / "odi.yml"),
        instruments=_read_yaml(folder / "instruments.yml", Mapping[str, Instrument]),
        value_sets=_value_sets(folder / "eq5d5l_value_sets.csv"),
        crosswalks=_crosswalks(folder / "eq5d5l_crosswalk.yml"),
        promis=_promis(folder / "promis_t_scores.csv"),
        opioids=_opioids(folder / "opioids.csv"),
        exams=_read_yaml(folder / "exams.yml", Mapping[str, ExamFacts]),
        safety=read_safety_rules(folder),
    )


def read_odi_bands(path: Path = ODI_BANDS_FILE) -> OdiBands:
    """The ODI's severity bands with their rounding rule, source and confidence.

    Raises UsageError, one line, for a missing file, a misspelt or missing name, bands that do not
    rise to 100 % or an unknown confidence.
    """
    return _read_yaml(path, OdiBands)


def clinical_files(folder: Path = CLINICAL) -> list[Path]:
    """Every file that scores depend on, in the order of their names."""
    return sorted(path for path in folder.iterdir() if path.suffix in (".yml", ".csv"))


def _read_yaml(path: Path, kind: Any) -> Any:
    try:
        return TypeAdapter(kind).validate_python(read_yaml(path))
    except ValidationError as error:
        raise UsageError(f"{path}: {first_problem(error)}") from error


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a comma-separated table by column; the line is told where one does not hold."""
    if not path.is_file():
        raise UsageError(f"{path}: no such parameter file")
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, strict=True)


def _value_sets(path: Path) -> Mapping[str, ValueSet]:
    found: dict[str, ValueSet] = {}
    for row in _rows(path):
        name = row["value_set"]
        if name in found:
            raise UsageError(f"{path}: value set '{name}' appears twice")
        found[name] = ValueSet(
            name,
            row["publication"],
            row["doi"],
            {term: _number(path, name, cell) for term, cell in row.items() if _is_term(term, cell)},
            _source(path, name, row),
            _confidence(path, name, row),
        )
    return found


def _is_term(term: str, cell: str) -> bool:
    return term not in NOT_TERMS and cell != ""


def _crosswalks(path: Path) -> Mapping[str, Crosswalk]:
    meta = read_yaml(path)
    source, confidence = _source(path, "table", meta), _confidence(path, "table", meta)
    table = path.parent / str(meta["table"])
    rows = list(_rows(table))
    countries = [name for name in rows[0] if name != "state"]
    return {
        f"{country}_crosswalk": Crosswalk(
            f"{country}_crosswalk",
            {row["state"]: round(_number(table, row["state"], row[country]), 6) for row in rows},
            f"{meta['publication']}; {source}",
            confidence,
        )
        for country in countries
    }


def _promis(path: Path) -> Mapping[str, PromisTable]:
    rows: dict[str, list[dict[str, str]]] = {}
    for row in _rows(path):
        rows.setdefault(row["form"], []).append(row)
    return {
        form: PromisTable(
            form,
            {int(row["raw"]): _number(path, form, row["t_score"]) for row in of_form},
            of_form[0]["higher_is_worse"] == "yes",
            f"{_source(path, form, of_form[0])} (seen in {of_form[0]['seen_in_files']} files)",
            _confidence(path, form, of_form[0]),
        )
        for form, of_form in rows.items()
    }


def _opioids(path: Path) -> Mapping[str, OpioidFactor]:
    return {
        row["opioid"]: OpioidFactor(
            row["opioid"],
            row["unit"],
            _number(path, row["opioid"], row["mme_factor"]) if row["mme_factor"] else None,
            row["note"],
            _source(path, row["opioid"], row),
            _confidence(path, row["opioid"], row),
        )
        for row in _rows(path)
    }


def _number(path: Path, where: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"{path}, {where}: found '{text}', expected a number") from None


def _source(path: Path, where: str, row: Mapping[str, Any]) -> str:
    if not row.get("source"):
        raise UsageError(f"{path}, {where}: no source; expected where the numbers were read")
    return str(row["source"])


def _confidence(path: Path, where: str, row: Mapping[str, Any]) -> Confidence:
    try:
        return Confidence(row.get("confidence", ""))
    except ValueError:
        known = ", ".join(Confidence)
        raise UsageError(f"{path}, {where}: confidence is not one of {known}") from None
