"""A table ready to print: headings, and rows of text."""

from dataclasses import dataclass

from multifidus.report.numbers import NO_VALUE


@dataclass(frozen=True)
class Table:
    """Column headings and rows of text, ready to print."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def without_empty_columns(self) -> "Table":
        """The table without the columns that hold no value in any row."""
        if not self.rows:
            return self
        columns = zip(self.headings, zip(*self.rows, strict=True), strict=True)
        kept = [(heading, cells) for heading, cells in columns if set(cells) != {NO_VALUE}]
        return Table(
            tuple(heading for heading, _ in kept),
            tuple(zip(*(cells for _, cells in kept), strict=True)),
        )
