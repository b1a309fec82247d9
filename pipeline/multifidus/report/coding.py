"""The page for the person who codes: codes with their names; none is assigned here."""

from datetime import date

from multifidus.domain.answers import Confidence
from multifidus.domain.errors import strict
from multifidus.report.numbers import NO_VALUE
from multifidus.report.table import Table
from multifidus.report.words import cited


@strict
class Code:
    """One code. name: the official name where `is_official_name`, else a gloss of this project.

    units: how often it is used for one treatment; None where that does not apply.
    """

    system: str
    code: str
    name: str
    is_official_name: bool
    source: str
    confidence: Confidence
    units: int | None = None
    valid_from: date | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if not (self.system and self.code and self.name and self.source):
            raise ValueError("a code needs system, code, name and source")
        if self.confidence is Confidence.GK_UNVERIFIED:
            raise ValueError(f"{self.code}: a code that was not checked is not shown")


@strict
class CodingPage:
    """What is told to the person who codes. statement: what the page is and is not."""

    statement: str
    statement_source: str
    statement_confidence: Confidence
    codes: tuple[Code, ...]


def coding_table(page: CodingPage) -> Table:
    """One row per code, with where it comes from."""
    rows = [
        (
            code.system,
            code.code if code.units in (None, 1) else f"{code.code} x {code.units}",
            code.name if code.is_official_name else f"{code.name} (own gloss)",
            NO_VALUE if code.valid_from is None else code.valid_from.isoformat(),
            code.note or NO_VALUE,
            cited(code),
        )
        for code in page.codes
    ]
    return Table(("System", "Code", "Name", "Valid from", "Note", "Source"), tuple(rows))
