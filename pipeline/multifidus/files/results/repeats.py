"""Two tables of measurements read as repeats of each other."""

import math
from collections.abc import Mapping
from pathlib import Path

from multifidus.domain.anatomy import Muscle, Side
from multifidus.domain.errors import InputError
from multifidus.domain.precision import Repeat, Unpaired
from multifidus.domain.quantities import COMPARED, Quantity
from multifidus.files.csv import Layout, read_csv

KEYS = ("subject_id", "level", "slice_index", "muscle", "side")
TABLE = Layout("table of measurements", KEYS, is_open=True, may_end_early=True)

Key = tuple[str, str, str, Muscle, Side, Quantity, str]
"""Subject, level, slice where there is no level, muscle, side, quantity and method."""


def read_repeats(first: Path, second: Path) -> tuple[list[Repeat], list[Unpaired]]:
    """What both tables hold, paired; what only one holds.

    Rows belong together that agree in person, level (slice, where no level is stated), muscle, side
    and method. Raises UsageError for a missing file, InputError for one that is no table of
    measurements, a value that is no number, or a row that comes twice; InputError where nothing
    belongs together.
    """
    tables = [_read(path) for path in (first, second)]
    shared = [key for key in tables[0] if key in tables[1]]
    if not shared:
        raise InputError(
            f"{first} and {second} share no person, level, muscle and side; both should hold "
            "measurements of the same people"
        )
    repeats = [
        Repeat(key[0], key[1], tables[0][key][1], *key[3:], tables[0][key][0], tables[1][key][0])
        for key in shared
    ]
    return repeats, _unpaired(tables[0], tables[1])


def _unpaired(
    first: Mapping[Key, tuple[float, int]], second: Mapping[Key, tuple[float, int]]
) -> list[Unpaired]:
    """Each muscle of a slice once, whatever of it is missing."""
    found = [
        Unpaired(key[0], _where(key), name)
        for name, own, other in (("A", first, second), ("B", second, first))
        for key in own
        if key not in other
    ]
    return list(dict.fromkeys(found))


def _where(key: Key) -> str:
    level, z, muscle, side, quantity, method = key[1:]
    place = level or f"slice {z}"
    words = f"{side} {muscle} {place}".replace("_", " ")
    return f"{words}: {quantity}" + (f" by {method}" if method else "")


def _read(path: Path) -> dict[Key, tuple[float, int]]:
    """Key to value and slice index."""
    found: dict[Key, tuple[float, int]] = {}
    for row in read_csv(path, TABLE):
        if not any(name in row.cells for name in COMPARED):
            raise InputError(
                f"{path}: no table of measurements; expected one or more of the columns "
                f"{', '.join(COMPARED)}"
            )
        _add(found, row.cells, row.where)
    if not found:
        raise InputError(f"{path}: the table holds no measurement")
    return found


def _add(found: dict[Key, tuple[float, int]], text: Mapping[str, str], where: str) -> None:
    """The row's quantities; those without fat stand in every row of a muscle, and count once."""
    try:
        muscle, side = Muscle(text["muscle"]), Side(text["side"])
        z = int(text["slice_index"])
    except ValueError as error:
        raise InputError(f"{where}: {error}; muscle, side and slice_index were expected") from error
    place = (text["level"], "" if text["level"] else str(z))
    for quantity in COMPARED:
        if not text.get(quantity):
            continue
        method = text.get("method", "") if quantity.of_fat else ""
        key: Key = (text["subject_id"], *place, muscle, side, quantity, method)
        value = (_number(text[quantity], f"{where}, column {quantity}"), z)
        kept = found.setdefault(key, value)
        if kept != value or (quantity.of_fat and kept is not value):
            raise InputError(f"{where}: {_where(key)} of {key[0]} is there twice; keep one")


def _number(text: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{where}: '{text}' is no number")
    return value
