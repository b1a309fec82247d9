"""The columns of the table of events: name, type, range, unit, meaning, and the kinds they tell of.

Validation, the template, `docs/events.md` and the error messages all come from COLUMNS.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from multifidus.domain.event import (
    DETAIL_OF,
    EventKind,
    ImplantSide,
    Outcome,
    Reason,
    Relation,
)
from multifidus.files.clinical.cells import (
    A_NUMBER,
    DATE,
    TEXT,
    WHOLE_NUMBER,
    YES_NO,
    Column,
    labels,
)

DATE_COLUMN, DAYS, MONTHS = "event_date", "days_from_activation", "months_from_activation"
OF_EVERY_KIND = ("subject_id", "kind", DATE_COLUMN, DAYS, MONTHS, "note")


@dataclass(frozen=True)
class EventColumn:
    """A column of the table of events. kinds: those whose rows may fill it; empty for all."""

    column: Column
    kinds: tuple[EventKind, ...] = ()

    @property
    def kind_words(self) -> str:
        """The kinds in words."""
        return ", ".join(self.kinds) if self.kinds else "every kind"


def _of(column: Column) -> EventColumn:
    """The column with the kinds whose detail has a field of its name."""
    if column.name in OF_EVERY_KIND:
        return EventColumn(column)
    kinds = [
        kind
        for kind, detail in DETAIL_OF.items()
        if column.name in {field.name for field in fields(detail)}
    ]
    return EventColumn(column, tuple(kinds))


COLUMNS: tuple[EventColumn, ...] = tuple(
    _of(one)
    for one in (
        Column("subject_id", TEXT, "pseudonym of the person", is_required=True),
        Column("kind", labels(EventKind, "event_kind"), "what happened", is_required=True),
        Column(DATE_COLUMN, DATE, "day of the event; of therapy_use, the day of reading out"),
        Column(DAYS, A_NUMBER, "days from activation, negative before", "days", -3660, 36600),
        Column(MONTHS, A_NUMBER, "the same in months; one of the three", "months", -120, 1200),
        Column("side", labels(ImplantSide, "side"), "side of the leads, the person's"),
        Column("level", TEXT, "level of the leads, in the site's words"),
        Column("leads", WHOLE_NUMBER, "how many leads", "", 0, 8),
        Column("lead_model", TEXT, "model of the leads; never a serial number"),
        Column("generator_model", TEXT, "model of the generator; never a serial number"),
        Column("generator_site", TEXT, "where the generator lies"),
        Column("pulse_width_us", A_NUMBER, "pulse width", "µs", 0, 10000),
        Column("frequency_hz", A_NUMBER, "rate of the pulses", "Hz", 0, 1000),
        Column("amplitude_ma", A_NUMBER, "amplitude", "mA", 0, 100),
        Column("electrodes", TEXT, "electrodes in use, in the site's words"),
        Column("period_days", A_NUMBER, "days that the log covers, the last", "days", 1, 4000),
        Column("sessions", A_NUMBER, "sessions of stimulation begun in the period", "", 0, 20000),
        Column("hours", A_NUMBER, "hours of stimulation in the period", "hours", 0, 20000),
        Column("sessions_attended", A_NUMBER, "supervised sessions attended", "", 0, 1000),
        Column("sessions_planned", A_NUMBER, "supervised sessions planned", "", 0, 1000),
        Column("what", TEXT, "the event in the site's words"),
        Column("serious", YES_NO, "serious by ISO 14155, as the site applied it"),
        Column("related_to_device", labels(Relation, "relation"), "relation to the device"),
        Column("related_to_procedure", labels(Relation, "relation"), "relation to the procedure"),
        Column("anticipated", YES_NO, "named in the risk analysis"),
        Column("outcome", labels(Outcome, "outcome"), "what became of it"),
        Column("reason", labels(Reason, "reason"), "why it was revised or taken out"),
        Column("note", TEXT, "anything else, in the site's words"),
    )
)

COLUMN_OF: Mapping[str, EventColumn] = {entry.column.name: entry for entry in COLUMNS}


def columns_as_markdown() -> str:
    """The table of columns in `docs/events.md`."""
    lines = ["| column | of kind | a cell holds | unit | meaning |", "|---|---|---|---|---|"]
    for one in COLUMNS:
        column = one.column
        needed = "; never empty" if column.is_required else ""
        lines.append(
            f"| `{column.name}` | {one.kind_words} | {column.expected}{needed} | {column.unit} | "
            f"{column.meaning} |"
        )
    return "\n".join(lines) + "\n"
