"""Scoring tables of `params/clinical/` to domain types."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

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
from multifidus.files.csv import Layout, read_csv
from multifidus.files.paths import PARAMS
from multifidus.files.rules.safety import read_safety_rules
from multifidus.files.yaml import read_as, read_yaml

CLINICAL = PARAMS / "clinical"
ODI_BANDS_FILE = CLINICAL / "odi.yml"
NOT_TERMS = ("value_set", "publication", "pmid", "doi", "source", "confidence")
SOURCED = ("source", "confidence")
PROMIS = ("form", "raw", "t_score", "higher_is_worse", "seen_in_files", *SOURCED)
OPIOIDS = ("opioid", "unit", "mme_factor", "note", *SOURCED)


@lru_cache(maxsize=1)
def read_clinical_tables(folder: Path = CLINICAL) -> ClinicalTables:
    """Every scoring table, read once.

    Raises UsageError, one line naming the file, for a table that is missing or does not hold.
    """
    return ClinicalTables(
        odi_bands=read_odi_bands(folder / "odi.yml"),
        instruments=read_as(dict[str, Instrument], folder / "instruments.yml"),
        value_sets=_value_sets(folder / "eq5d5l_value_sets.csv"),
        crosswalks=_crosswalks(folder / "eq5d5l_crosswalk.yml"),
        promis=_promis(folder / "promis_t_scores.csv"),
        opioids=_opioids(folder / "opioids.csv"),
        exams=read_as(dict[str, ExamFacts], folder / "exams.yml"),
        safety=read_safety_rules(folder),
    )


def read_odi_bands(path: Path = ODI_BANDS_FILE) -> OdiBands:
    """The ODI's severity bands with their rounding rule, source and confidence.

    Raises UsageError, one line, for a missing file, a misspelt or missing name, bands that do not
    rise to 100 % or an unknown confidence.
    """
    return read_as(OdiBands, path)


def clinical_files(folder: Path = CLINICAL) -> list[Path]:
    """Every file that scores depend on, in the order of their names."""
    return sorted(path for path in folder.iterdir() if path.suffix in (".yml", ".csv"))


def _rows(path: Path, columns: Sequence[str]) -> list[Mapping[str, str]]:
    """Rows of a scoring table by column. columns: those that it must have, beside others."""
    layout = Layout("scoring table", columns, is_open=True, refusal=UsageError)
    return [row.cells for row in read_csv(path, layout)]


def _value_sets(path: Path) -> Mapping[str, ValueSet]:
    found: dict[str, ValueSet] = {}
    for row in _rows(path, NOT_TERMS):
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
    rows = _rows(table, ("state",))
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
    rows: dict[str, list[Mapping[str, str]]] = {}
    for row in _rows(path, PROMIS):
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
        for row in _rows(path, OPIOIDS)
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
