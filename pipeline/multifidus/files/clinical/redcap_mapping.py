"""What a REDCap project's fields, raw values, events and repeating instruments mean: a mapping."""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from multifidus.domain.errors import strict
from multifidus.files.clinical.cells import YES_NO
from multifidus.files.clinical.columns import COLUMN_OF
from multifidus.files.yaml import read_as


@strict
class Event:
    """The visit that an event stands for. months: since baseline."""

    visit: str
    months: float | None = None


@strict
class Instrument:
    """A repeating instrument, or event: the visit of each instance, or that it is left out.

    Without either, the visit stands in its own fields (visit, months_since_baseline, visit_date).
    """

    instances: Mapping[int | str, Event] = field(default_factory=dict)
    left_out: bool = False

    def event_of(self, instance: str) -> Event | None:
        """The visit that an instance stands for."""
        return next(
            (event for name, event in self.instances.items() if str(name) == instance), None
        )


@strict
class RedcapMapping:
    """What a project's fields (to columns), raw values and events mean.

    yes_no: fields of REDCap's own yes/no type, 1 for yes and 0 for no. instruments: repeating ones.
    """

    fields: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    yes_no: tuple[str, ...] = ()
    instruments: Mapping[str, Instrument] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, column in self.fields.items():
            if column not in COLUMN_OF:
                raise ValueError(f"field '{name}' names an unknown column '{column}'")
        named = list(self.fields.values())
        double = next((one for one in named if named.count(one) > 1), None)
        if double:
            raise ValueError(f"two fields name the column '{double}'")
        if "subject_id" not in named:
            raise ValueError("one field must name the column 'subject_id'")
        for name in self.yes_no:
            if not self.is_yes_no(name):
                raise ValueError(f"'{name}' under yes_no stands for no yes/no column")

    def is_yes_no(self, name: str) -> bool:
        """Whether the field stands for a yes/no column."""
        column = COLUMN_OF.get(self.fields.get(name, ""))
        return column is not None and column.type is YES_NO


def read_mapping(path: Path) -> RedcapMapping:
    """A mapping file. Raises UsageError, one line, where it does not hold."""
    return read_as(RedcapMapping, path)
