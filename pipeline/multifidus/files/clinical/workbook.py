"""The rows of an .xlsx sheet as texts, as if it had been saved as CSV; nothing is recalculated."""

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.settings import TableFormat


def rows_of_sheet(path: Path, table: TableFormat) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, with their numbers in the sheet.

    A formula gives its saved value. Raises InputError for a file that is no workbook, for several
    filled sheets of which the settings name none, and for a formula without a saved value;
    UsageError for a sheet that there is not.
    """
    shown, formulas = _opened(path, data_only=True), _opened(path, data_only=False)
    try:
        name = _sheet(path, shown, table.sheet)
        pairs = zip(shown[name].iter_rows(), formulas[name].iter_rows(), strict=False)
        width = 0
        for number, (cells, behind) in enumerate(pairs, start=1):
            texts: list[str] = []
            for place, (cell, formula) in enumerate(zip(cells, behind, strict=False), start=1):
                if cell.value is None and formula.data_type == "f":
                    raise InputError(
                        f"{path}, row {number}, column number {place}: a formula without a saved "
                        "value; open the file in a spreadsheet program and save it"
                    )
                texts.append(_text(cell, table))
            width = width or len(texts)
            if any(texts):
                yield number, texts + [""] * (width - len(texts))
    finally:
        shown.close()
        formulas.close()


def _opened(path: Path, data_only: bool) -> Any:
    try:
        return load_workbook(path, read_only=True, data_only=data_only)
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError) as error:
        raise InputError(f"{path}: not readable as an .xlsx workbook ({error})") from error


def _sheet(path: Path, book: Any, asked: str) -> str:
    names: list[str] = book.sheetnames
    if asked:
        if asked not in names:
            raise UsageError(f"{path}: no sheet '{asked}'; there is: {', '.join(names)}")
        return asked
    filled = [name for name in names if _holds_anything(book[name])]
    if len(filled) > 1:
        raise InputError(
            f"{path}: several sheets hold something ({', '.join(filled)}); say which one under "
            "clinical.table.sheet"
        )
    return filled[0] if filled else names[0]


def _holds_anything(sheet: Any) -> bool:
    if not hasattr(sheet, "iter_rows"):
        return False  # a chart
    return any(cell is not None for row in sheet.iter_rows(values_only=True) for cell in row)


def _text(cell: Any, table: TableFormat) -> str:
    """A cell's text; a percentage as it is shown, so that 44 % is not read as 0.44."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return value.date().isoformat() if midnight else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        if "%" in str(cell.number_format):
            return f"{100 * value:.12g}%"
        text = f"{value:.15g}"
        return text.replace(".", ",") if table.decimal_mark == "comma" else text
    return str(value).strip()
