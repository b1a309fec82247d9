"""Whether a cell's value is likely true, looked at alone: limits, missing codes, units, visits."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from multifidus.domain.errors import UsageError
from multifidus.domain.plausibility import NO_LIMITS, Plausibility
from multifidus.domain.record import DoubtKind, ValueDoubt
from multifidus.domain.visits import BASELINE, months_told, visit_key
from multifidus.files.clinical.columns import COLUMN_OF
from multifidus.files.clinical.declared import Declared
from multifidus.files.paths import PARAMS
from multifidus.files.yaml import read_as

PLAUSIBILITY = PARAMS / "clinical" / "plausibility.yml"
CHECKED = "if it is true, say so under clinical.table.checked"


@lru_cache(maxsize=1)
def read_plausibility(path: Path = PLAUSIBILITY) -> Plausibility:
    """The limits, read once. Raises UsageError, one line, where the file does not hold."""
    limits = read_as(Plausibility, path)
    for name in limits.columns:
        if name not in COLUMN_OF or not COLUMN_OF[name].type.is_number:
            raise UsageError(f"{path}: '{name}' is no column of numbers")
    return limits


def doubt_of(name: str, value: Any, limits: Plausibility, declared: Declared) -> ValueDoubt | None:
    """What speaks against one value of a column, or None."""
    if not COLUMN_OF[name].type.is_number or value is None or declared.is_checked(name, value):
        return None
    found = next(_against(name, float(value), limits), None)
    if found is None:
        return None
    kind, why = found
    return ValueDoubt(name, f"{value:.12g}", f"{why}; {CHECKED}", kind)


def _against(name: str, value: float, limits: Plausibility) -> Iterator[tuple[DoubtKind, str]]:
    of = limits.columns.get(name, NO_LIMITS)
    if value in limits.missing_codes:
        yield DoubtKind.MISSING_CODE, "a customary code for 'not recorded'"
    if of.plausible and not of.plausible[0] <= value <= of.plausible[1]:
        low, high = of.plausible
        yield DoubtKind.LIMITS, f"outside {low:g} to {high:g}{of.maybe}"
    if of.none_between and of.none_between[0] < value < of.none_between[1]:
        low, high = of.none_between
        yield DoubtKind.UNIT, f"no true value lies between {low:g} and {high:g}{of.maybe}"
    if of.not_whole_up_to and 0 < value <= of.not_whole_up_to and value != int(value):
        yield DoubtKind.UNIT, f"with decimals and at most {of.not_whole_up_to:g}{of.maybe}"


def visit_doubts(values: Mapping[str, Any], limits: Plausibility) -> Iterator[ValueDoubt]:
    """Whether the visit's name and its months say the same."""
    name, months = values.get("visit") or "", values.get("months_since_baseline")
    if not name or months is None:
        return
    told = 0.0 if visit_key(name) == BASELINE else months_told(name)
    if told is not None and limits.visit_time.is_far(told, months):
        why = f"the visit is named '{name}' and lies {months:g} months since baseline"
        yield ValueDoubt("visit", "", f"{why}; correct one of them", DoubtKind.VISIT)
