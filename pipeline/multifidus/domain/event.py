"""What happens to one person after selection: implant, activation, use, care and harm, dated."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from multifidus.domain.term import Term, in_words


class EventKind(Term):
    """What a row of the table of events tells."""

    IMPLANTATION = "implantation"
    ACTIVATION = "activation"
    PROGRAMMING = "programming"
    THERAPY_USE = "therapy_use"
    REHABILITATION = "rehabilitation"
    ADVERSE_EVENT = "adverse_event"
    DEVICE_DEFICIENCY = "device_deficiency"
    REVISION = "revision"
    EXPLANT = "explant"


ONCE = (EventKind.ACTIVATION,)
"""Kinds that a person has at most one of: published times of follow-up start there."""


class ImplantSide(StrEnum):
    """The person's side on which a lead lies."""

    RIGHT = "right"
    LEFT = "left"
    BOTH = "both"


class Relation(StrEnum):
    """How an adverse event relates to the device or the procedure, as the investigator judges."""

    NOT_RELATED = "not_related"
    POSSIBLE = "possible"
    PROBABLE = "probable"
    CAUSAL = "causal"


class Outcome(StrEnum):
    """What became of an adverse event."""

    RESOLVED = "resolved"
    RESOLVED_WITH_SEQUELAE = "resolved_with_sequelae"
    ONGOING = "ongoing"
    DEATH = "death"
    UNKNOWN = "unknown"


class Reason(Term):
    """Why a system was revised or taken out; in words of this project, the site's in the note."""

    LACK_OF_BENEFIT = "lack_of_benefit"
    RELIEF_LASTS = "relief_lasts"  # no longer needed
    INFECTION = "infection"
    PAIN_AT_SITE = "pain_at_site"
    LEAD_MIGRATION = "lead_migration"
    LEAD_FRACTURE = "lead_fracture"
    DEVICE_DEFICIENCY = "device_deficiency"
    BATTERY = "battery"
    MRI_NEEDED = "mri_needed"
    PERSON_ASKED = "person_asked"
    OTHER = "other"


@dataclass(frozen=True)
class Implantation:
    """Leads and generator. leads: how many; level, models: in the site's words.

    Serial numbers identify a person and have no place here.
    """

    side: ImplantSide | None = None
    level: str = ""
    leads: int | None = None
    lead_model: str = ""
    generator_model: str = ""
    generator_site: str = ""


@dataclass(frozen=True)
class Programming:
    """Settings of the stimulation. electrodes: in the site's words."""

    pulse_width_us: float | None = None
    frequency_hz: float | None = None
    amplitude_ma: float | None = None
    electrodes: str = ""


@dataclass(frozen=True)
class TherapyUse:
    """What the device logged over the `period_days` days that end on the event's day.

    sessions: begun; hours: of stimulation.
    """

    period_days: float | None = None
    sessions: float | None = None
    hours: float | None = None


@dataclass(frozen=True)
class Rehabilitation:
    """Supervised exercise beside the stimulation, sessions attended of those planned."""

    sessions_attended: float | None = None
    sessions_planned: float | None = None


@dataclass(frozen=True)
class Harm:
    """An adverse event or a deficiency of the device. what: in the site's words.

    serious: by the definition of ISO 14155 as the site applied it. anticipated: whether the risk
    analysis named it.
    """

    what: str = ""
    serious: bool | None = None
    related_to_device: Relation | None = None
    related_to_procedure: Relation | None = None
    anticipated: bool | None = None
    outcome: Outcome | None = None

    @property
    def is_device_effect(self) -> bool | None:
        """Whether a relation to the device is at least possible; None where it is not recorded."""
        return _related(self.related_to_device)

    @property
    def is_of_device_or_procedure(self) -> bool | None:
        """Whether it relates to either; None where what is recorded leaves it open."""
        found = (_related(self.related_to_device), _related(self.related_to_procedure))
        if True in found:
            return True
        return None if None in found else False


@dataclass(frozen=True)
class Intervention:
    """A revision or an explantation, and why."""

    reason: Reason | None = None


Detail: TypeAlias = Implantation | Programming | TherapyUse | Rehabilitation | Harm | Intervention

DETAIL_OF: dict[EventKind, type[Detail]] = {
    EventKind.IMPLANTATION: Implantation,
    EventKind.PROGRAMMING: Programming,
    EventKind.THERAPY_USE: TherapyUse,
    EventKind.REHABILITATION: Rehabilitation,
    EventKind.ADVERSE_EVENT: Harm,
    EventKind.DEVICE_DEFICIENCY: Harm,
    EventKind.REVISION: Intervention,
    EventKind.EXPLANT: Intervention,
}
"""What may be told of an event beside its time; nothing of an activation."""


@dataclass(frozen=True)
class Event:
    """One event of one person.

    date: ISO, YYYY-MM-DD. days, months: from activation, negative before it; None where not
    recorded. detail: None where nothing is recorded beside kind and time. line: in the table.
    """

    subject_id: str
    kind: EventKind
    date: str | None = None
    days: float | None = None
    months: float | None = None
    detail: Detail | None = None
    note: str = ""
    line: int = 0

    @property
    def harm(self) -> Harm:
        """What is known of an adverse event or deficiency; of another event, nothing."""
        return self.detail if isinstance(self.detail, Harm) else Harm()

    @property
    def is_harm(self) -> bool:
        """Whether it is an adverse event or a deficiency of the device."""
        return self.kind in (EventKind.ADVERSE_EVENT, EventKind.DEVICE_DEFICIENCY)

    @property
    def class_words(self) -> str:
        """An adverse event in the terms of ISO 14155, by what is recorded of it; else the kind.

        An adverse event with a possible relation to the device is an adverse device effect. What is
        not recorded is said, never taken for no.
        """
        if self.kind is not EventKind.ADVERSE_EVENT:
            return self.kind.words
        harm = self.harm
        serious = "serious " if harm.serious else ""
        if harm.is_device_effect:
            unforeseen = "unanticipated " if harm.serious and harm.anticipated is False else ""
            words = f"{unforeseen}{serious}adverse device effect"
        else:
            words = f"{serious}adverse event"
        return ", ".join([words, *_unrecorded(harm)])

    @property
    def words(self) -> str:
        """What is recorded beside kind and time, name by name; the note last."""
        told = [] if self.detail is None else list(vars(self.detail).items())
        words = [
            f"{in_words(name)}: {_plain(value)}" for name, value in told if value not in (None, "")
        ]
        return "; ".join([*words, *([self.note] if self.note else [])])

    @property
    def time_words(self) -> str:
        """When it was, as it is recorded."""
        told = [self.date] if self.date else []
        if self.days is not None and self.kind is not EventKind.ACTIVATION:
            told.append(f"day {self.days:g}")
        elif self.months is not None:
            told.append(f"month {self.months:g}")
        return ", ".join(told) or ("day 0" if self.days == 0 else "time not recorded")


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return in_words(text) if isinstance(value, StrEnum) else text


def _related(relation: Relation | None) -> bool | None:
    return None if relation is None else relation is not Relation.NOT_RELATED


def _unrecorded(harm: Harm) -> list[str]:
    told = []
    if harm.serious is None:
        told.append("seriousness not recorded")
    if harm.related_to_device is None:
        told.append("relation to the device not recorded")
    return told


@dataclass(frozen=True)
class TherapyPlan:
    """How much stimulation a person can take: so many sessions a day, each so many minutes."""

    sessions_a_day: float
    minutes: float
    source: str
    confidence: str

    def __post_init__(self) -> None:
        if self.sessions_a_day <= 0 or self.minutes <= 0:
            raise ValueError("sessions_a_day and minutes lie above 0")
        if not self.source:
            raise ValueError("a plan of therapy needs a source")

    def most_hours(self, days: float) -> float:
        """Hours of all planned sessions of so many days."""
        return days * self.sessions_a_day * self.minutes / 60
