"""Published studies and positions: figures and statements, each where a publication holds it."""

from collections.abc import Mapping
from dataclasses import field

from multifidus.domain.answers import Confidence
from multifidus.domain.errors import strict
from multifidus.domain.published_figure import KEY, UNCHECKED, PublishedFigure
from multifidus.domain.published_figure import FollowUp as FollowUp


@strict
class PublishedStatement:
    """What a publication says without a figure, in words of our own. Numbers in it are held too."""

    statement_id: str
    text: str
    source: str
    place: str
    confidence: Confidence
    against: bool = False

    def __post_init__(self) -> None:
        if not KEY.fullmatch(self.statement_id):
            raise ValueError(f"statement {self.statement_id!r}: small letters, digits and _")
        if not (self.text and self.source and self.place):
            raise ValueError(f"statement {self.statement_id}: text, source and place")
        if self.confidence in UNCHECKED:
            raise ValueError(f"statement {self.statement_id}: not checked, cannot stand")


@strict
class Study:
    """A published study or position. study_id: the name of its file.

    level: what kind of evidence it is, in words of our own. note: what to know of its figures.
    citations: its publications by their names, as a reader finds them.
    """

    study_id: str
    title: str
    level: str
    figures: tuple[PublishedFigure, ...] = ()
    statements: tuple[PublishedStatement, ...] = ()
    note: str = ""
    citations: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not (self.title and self.level):
            raise ValueError("a study needs a title and a level of evidence")
        if not (self.figures or self.statements):
            raise ValueError("a study needs a figure or a statement")
        names = [figure.figure_id for figure in self.figures]
        names += [statement.statement_id for statement in self.statements]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise ValueError(f"'{twice}' is named twice")

    def cited(self, one: PublishedFigure | PublishedStatement) -> str:
        """Where a figure or a statement stands: publication, its kind, place and confidence."""
        return f"{self.citations.get(one.source, one.source)}; {one.place} ({one.confidence})"

    @property
    def against(self) -> tuple[PublishedStatement, ...]:
        """What it says against the treatment."""
        return tuple(statement for statement in self.statements if statement.against)
