"""What was read of a publication: which figure stands at which place of it, number by number."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from enum import StrEnum

from multifidus.domain.answers import Confidence
from multifidus.domain.errors import strict
from multifidus.domain.published import PublishedStatement, Study
from multifidus.domain.published_figure import UNCHECKED, PublishedFigure

DOI = re.compile(r"10\.\d{4,9}/[^\s]*[^\s.,;]")
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")

Numbers = Mapping[str, float]


class PublicationKind(StrEnum):
    """What kind of publication it is, which is not the kind of evidence in it."""

    ARTICLE = "journal article"
    REVIEW = "review article"
    META_ANALYSIS = "meta-analysis"
    SOCIETY_GUIDELINE = "guideline of a society"
    SOCIETY_POSITION = "position of a society"
    COMMENTARY = "commentary"
    CONFERENCE = "conference abstract or poster"
    REGISTRY = "trial registry"
    NATIONAL_GUIDANCE = "national guidance"
    PAYER_POLICY = "payer's policy"
    WEB_PAGE = "web page"


@strict
class Publication:
    """A publication and the numbers that were read in it. publication_id: the name of its file.

    read: what of it was read. document: it came with the project and has no address that we know;
    else it has a doi or a url. lists: place in it, then '<study>/<figure or statement>', then the
    numbers that stand there by their names in the figure; of a statement by any name.
    """

    publication_id: str
    citation: str
    kind: PublicationKind
    read: str
    confidence: Confidence
    lists: Mapping[str, Mapping[str, Numbers]] = field(default_factory=dict)
    doi: str = ""
    url: str = ""
    document: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        if not (self.citation and self.read):
            raise ValueError("a publication needs a citation and what of it was read")
        if self.confidence in UNCHECKED:
            raise ValueError("a publication that was not read holds no figure")
        if self.doi and not DOI.fullmatch(self.doi):
            raise ValueError(f"a doi reads 10.1097/abc, not {self.doi!r}")
        if self.url and not self.url.startswith(("https://", "http://")):
            raise ValueError(f"a url starts with https://, not {self.url!r}")
        if not (self.doi or self.url or self.document):
            raise ValueError("a publication needs a doi, a url or 'document: true'")

    def numbers_of(self, key: str, place: str) -> Numbers | None:
        """The numbers of one figure at one place; None where it does not stand there."""
        return self.lists.get(place, {}).get(key)

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Every figure that it holds, with the place."""
        return tuple((key, place) for place, held in self.lists.items() for key in held)

    @property
    def words(self) -> str:
        """The citation with its kind and the doi or the address."""
        where = f"doi {self.doi}" if self.doi else self.url
        words = f"{self.citation} ({self.kind})"
        return f"{words}, {where}" if where else words


Publications = Mapping[str, Publication]


def not_held(studies: Sequence[Study], publications: Publications) -> Iterator[str]:
    """Every figure and statement that its source does not hold exactly, one line each."""
    for study in studies:
        for figure in study.figures:
            yield from _figure_problems(
                f"{study.study_id}/{figure.figure_id}", figure, publications
            )
        for statement in study.statements:
            key = f"{study.study_id}/{statement.statement_id}"
            yield from _statement_problems(key, statement, publications)


def not_used(studies: Sequence[Study], publications: Publications) -> Iterator[str]:
    """Every publication, and every entry of one, that no figure and no statement rests on."""
    used = set()
    for study in studies:
        for figure in study.figures:
            key = f"{study.study_id}/{figure.figure_id}"
            used.add((figure.source, key, figure.place))
            if figure.n_source:
                used.add((figure.n_source, key, "n"))
        for told in study.statements:
            used.add((told.source, f"{study.study_id}/{told.statement_id}", told.place))
    for name, publication in publications.items():
        if not publication.keys:
            yield f"{name} lists nothing"
        for key, place in publication.keys:
            if not {(name, key, place), (name, key, "n")} & used:
                yield f"{name} lists {key} at '{place}', which nothing rests on"


def _figure_problems(
    key: str, figure: PublishedFigure, publications: Publications
) -> Iterator[str]:
    source = publications.get(figure.source)
    if source is None:
        yield f"{key}: unknown source '{figure.source}'"
        return
    held = source.numbers_of(key, figure.place)
    if held is None:
        yield f"{key}: {figure.source} does not list it at '{figure.place}'"
    elif dict(held) != figure.numbers:
        yield f"{key}: {figure.source} lists {dict(held)}, the figure says {figure.numbers}"
    if figure.n_source:
        teller = publications.get(figure.n_source)
        told = [held[key] for held in teller.lists.values() if key in held] if teller else []
        if told != [{"n": figure.n}]:
            yield f"{key}: {figure.n_source} does not list n {figure.n}"


def _statement_problems(
    key: str, statement: PublishedStatement, publications: Publications
) -> Iterator[str]:
    source = publications.get(statement.source)
    if source is None:
        yield f"{key}: unknown source '{statement.source}'"
        return
    held = source.numbers_of(key, statement.place)
    if held is None:
        yield f"{key}: {statement.source} does not list it at '{statement.place}'"
        return
    said = {float(number) for number in NUMBER.findall(statement.text)}
    if said != set(held.values()):
        yield f"{key}: {statement.source} lists {sorted(held.values())}, it says {sorted(said)}"
