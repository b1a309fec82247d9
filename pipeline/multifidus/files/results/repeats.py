"""Two tables of measurements read as repeats of each other."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from multifidus.domain.anatomy import Muscle, Side, Structure
from multifidus.domain.errors import InputError
from multifidus.domain.precision import Repeat, Unpaired
from multifidus.domain.quantities import COMPARED, Quantity
from multifidus.files.csv import Layout, read_csv

KEYS = ("subject_id", "level", "slice_index", "muscle", "side")
TABLE = Layout("table of measurements", KEYS, is_open=True, may_end_early=True)


@dataclass(frozen=True)
class _Place:
    """What two tables have in common of a value. slice_index: "" where a level is stated."""

    subject: str
    level: str
    slice_index: str
    muscle: Muscle
    side: Side
    quantity: Quantity
    method: str

    @property
    def words(self) -> str:
        """Where it was measured, and what."""
        where = self.level or f"slice {self.slice_index}"
        what = self.quantity.by(self.method)
        return f"{Structure(self.muscle, self.side).words} {where}: {what}"


@dataclass(frozen=True)
class _Value:
    value: float
    slice_index: int


Values = Mapping[_Place, _Value]


def read_repeats(first: Path, second: Path) -> tuple[list[Repeat], list[Unpaired]]:
    """What both tables hold, paired; what only one holds.

    Rows belong together that agree in person, level (slice, where no level is stated), muscle, side
    and method. Raises UsageError for a missing file, InputError for one that is no table of
    measurements, a value that is no number, or a row that comes twice; InputError where nothing
    belongs together.
    """
    a, b = _read(first), _read(second)
    repeats = [_repeat(place, a[place], b[place]) for place in a if place in b]
    if not repeats:
        raise InputError(
            f"{first} and {second} share no person, level, muscle and side; both should hold "
            "measurements of the same people"
        )
    return repeats, _unpaired(a, b)


def _repeat(place: _Place, first: _Value, second: _Value) -> Repeat:
    return Repeat(
        subject=place.subject,
        level=place.level,
        slice_index=first.slice_index,
        muscle=place.muscle,
        side=place.side,
        quantity=place.quantity,
        method=place.method,
        first=first.value,
        second=second.value,
    )


def _unpaired(a: Values, b: Values) -> list[Unpaired]:
    """Each muscle of a slice once, whatever of it is missing."""
    unpaired = [
        Unpaired(place.subject, place.words, name)
        for name, own, other in (("A", a, b), ("B", b, a))
        for place in own
        if place not in other
    ]
    return list(dict.fromkeys(unpaired))


def _read(path: Path) -> Values:
    """Every value of a table of measurements by its place."""
    values: dict[_Place, _Value] = {}
    for row in read_csv(path, TABLE):
        if not any(quantity in row.cells for quantity in COMPARED):
            raise InputError(
                f"{path}: no table of measurements; expected one or more of the columns "
                f"{', '.join(COMPARED)}"
            )
        _add(values, row.cells, row.where)
    if not values:
        raise InputError(f"{path}: the table holds no measurement")
    return values


def _add(values: dict[_Place, _Value], text: Mapping[str, str], where: str) -> None:
    """The row's quantities; those without fat stand in every row of a muscle, and count once."""
    try:
        muscle, side = Muscle(text["muscle"]), Side(text["side"])
        z = int(text["slice_index"])
    except ValueError as error:
        raise InputError(f"{where}: {error}; muscle, side and slice_index were expected") from error
    at = (text["subject_id"], text["level"], "" if text["level"] else str(z), muscle, side)
    for quantity in COMPARED:
        if not text.get(quantity):
            continue
        place = _Place(*at, quantity, text.get("method", "") if quantity.of_fat else "")
        value = _Value(_number(text[quantity], f"{where}, column {quantity}"), z)
        kept = values.setdefault(place, value)
        if kept != value or (quantity.of_fat and kept is not value):
            raise InputError(f"{where}: {place.words} of {place.subject} is there twice; keep one")


def _number(text: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{where}: '{text}' is no number")
    return value
