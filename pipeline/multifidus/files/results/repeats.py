"""Two tables of measurements read as repeats of each other."""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from multifidus.domain.anatomy import Muscle, Side, Structure
from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.precision import Repeat, Unpaired
from multifidus.domain.quantities import COMPARED, Quantity

KEYS = ("subject_id", "level", "slice_index", "muscle", "side")


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
    if not path.is_file():
        raise UsageError(f"{path}: no such table of measurements")
    values: dict[_Place, _Value] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            _require_columns(reader.fieldnames or (), path)
            for row in reader:
                _add(values, row, f"{path}, line {reader.line_num}")
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: not readable as CSV in UTF-8 ({error})") from error
    if not values:
        raise InputError(f"{path}: the table holds no measurement")
    return values


def _require_columns(columns: Sequence[str], path: Path) -> None:
    if not set(KEYS) <= set(columns) or not set(COMPARED) & set(columns):
        raise InputError(
            f"{path}: no table of measurements; expected the columns {', '.join(KEYS)} and "
            f"one or more of {', '.join(COMPARED)}"
        )


def _add(values: dict[_Place, _Value], row: Mapping[str, str | None], where: str) -> None:
    """The row's quantities; those without fat stand in every row of a muscle, and count once."""
    text = {name: (cell or "").strip() for name, cell in row.items() if name}
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
