"""Answers one a row, each with who said it and when, read as the clinical table of its visits.

A file whose header names subject_id, question and answer is one. Its rows of one person and visit
become one row of the clinical table, so that whatever reads that table reads this one too.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from multifidus.domain.errors import InputError
from multifidus.domain.record import Said
from multifidus.domain.settings import TableFormat
from multifidus.files.clinical.cells import DATE
from multifidus.files.clinical.columns import COLUMN_OF, COLUMNS_PAGE, KEYS
from multifidus.files.names import did_you_mean

COLUMNS = ("subject_id", "visit", "question", "answer", "said_by", "said_on")
NEEDED = frozenset({"subject_id", "question", "answer"})
BOTH = " / "
"""Between two answers to one question: no column takes such a text, so that neither is chosen."""

Row = tuple[int, list[str]]
Key = tuple[str, str]


@dataclass(frozen=True)
class Answer:
    """One row. line: in the file."""

    line: int
    subject_id: str
    visit: str
    question: str
    text: str
    said: Said


def is_answers(header: Sequence[str]) -> bool:
    """Whether a header is that of answers one a row."""
    return set(header) >= NEEDED


def pivoted(path: Path, header: Row, rows: Iterable[Row]) -> Iterator[Row]:
    """The header and the rows of the clinical table that the answers of a file come to.

    The line of a visit is that of its first answer. A question without an answer is not recorded.
    Two answers to one question are joined to a text that its column refuses. Raises InputError, one
    line, for a column or a question that is not known.
    """
    answers = list(_answers(path, header, rows))
    questions = list(dict.fromkeys(answer.question for answer in answers))
    visits: dict[Key, dict[str, str]] = {}
    lines: dict[Key, int] = {}
    for answer in answers:
        key = (answer.subject_id, answer.visit)
        lines.setdefault(key, answer.line)
        told = visits.setdefault(key, {})
        before = told.get(answer.question)
        differs = before is not None and answer.text not in before.split(BOTH)
        told[answer.question] = f"{before}{BOTH}{answer.text}" if differs else before or answer.text
    yield header[0], [*KEYS, *questions]
    for key, told in visits.items():
        yield lines[key], [*key, *(told.get(name, "") for name in questions)]


def said_of(
    path: Path, header: Row, rows: Iterable[Row], table: TableFormat
) -> dict[Key, dict[str, Said]]:
    """Who said what and when, by person and visit, then by question.

    Raises InputError for a date that is none.
    """
    found: dict[Key, dict[str, Said]] = {}
    for answer in _answers(path, header, rows):
        on = answer.said.on
        if on:
            try:
                on = DATE.parse(on, table)
            except (ValueError, KeyError):
                where = f"{path}, row {answer.line}, column said_on"
                raise InputError(f"{where}: found '{on}', expected {DATE.wording}") from None
        said = Said(answer.said.by, on)
        if said.words:
            found.setdefault((answer.subject_id, answer.visit), {})[answer.question] = said
    return found


def _answers(path: Path, header: Row, rows: Iterable[Row]) -> Iterator[Answer]:
    """The rows that hold an answer."""
    names = _checked(path, header)
    for line, cells in rows:
        if len(cells) < len(names) or any(cells[len(names) :]):
            raise InputError(f"{path}, row {line}: {len(cells)} cells, expected {len(names)}")
        told: Mapping[str, str] = dict(zip(names, cells, strict=False))
        if not told["answer"]:
            continue
        question = told["question"]
        if question not in COLUMN_OF or question in KEYS:
            hint = did_you_mean(question.lower(), COLUMN_OF, f"see {COLUMNS_PAGE}")
            raise InputError(f"{path}, row {line}: unknown question '{question}'{hint}")
        said = Said(told.get("said_by", ""), told.get("said_on", ""))
        visit = told.get("visit", "")
        yield Answer(line, told["subject_id"], visit, question, told["answer"], said)


def _checked(path: Path, header: Row) -> list[str]:
    line, names = header[0], list(header[1])
    while names and not names[-1]:
        names.pop()
    wrong = [name for name in names if name not in COLUMNS]
    if wrong:
        raise InputError(
            f"{path}, row {line}: unknown column '{wrong[0]}'; a file of answers has the columns "
            f"{', '.join(COLUMNS)}"
        )
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise InputError(f"{path}, row {line}: column '{twice}' appears twice; keep one")
    return names
