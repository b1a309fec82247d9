"""Published figures that a cohort can be held against, each with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from pipeline.domain.criterion import Confidence
from pipeline.domain.strict import STRICT


@dataclass(frozen=True)
class PublishedFigure:
    """One published number. definition: the project's definition that it can be held against.

    pct: share in % of n people; count: how many, where the source gives it. value: figures that
    are no share, in words. differs: in what the source's definition differs from the project's.
    level: the kind of evidence where it is not the study's. against: it speaks against.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    what: str
    months: float | None
    group: str
    source: str
    confidence: Confidence
    n: int | None = None
    count: int | None = None
    pct: float | None = None
    value: str = ""
    definition: str = ""
    differs: str = ""
    level: str = ""
    against: bool = False

    def __post_init__(self) -> None:
        if self.pct is None and not self.value:
            raise ValueError(f"'{self.what}' needs a pct or a value")
        if self.pct is not None and not 0 <= self.pct <= 100:
            raise ValueError(f"'{self.what}': pct lies in 0..100")
        if self.definition and self.pct is None:
            raise ValueError(f"'{self.what}' is held against a definition and needs a pct")
        if self.confidence in (Confidence.GK_UNVERIFIED, Confidence.NOT_READ):
            raise ValueError(f"'{self.what}' is not checked and cannot stand as published")


@dataclass(frozen=True)
class Study:
    """A published study or position.

    level: what kind of evidence it is, in words of our own. against: what speaks against the
    treatment, in one sentence; empty where nothing does.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    title: str
    level: str
    source: str
    confidence: Confidence
    figures: tuple[PublishedFigure, ...] = ()
    note: str = ""
    against: str = ""

    def __post_init__(self) -> None:
        if not (self.title and self.level and self.source):
            raise ValueError("a study needs a title, a level of evidence and a source")
