"""Who of a data set belongs to which group of people that are left out together."""

from collections.abc import Collection
from pathlib import Path

from multifidus.domain.errors import UsageError
from multifidus.files.csv import Layout, read_csv

GROUPS = Layout("table of groups of people", ("person", "group"), refusal=UsageError)


def read_groups(table: Path) -> dict[str, list[str]]:
    """People by group, in the order of the table, CSV with the columns person and group.

    Raises UsageError for a person who stands in it twice, and as `read_csv`.
    """
    people: dict[str, list[str]] = {}
    known: set[str] = set()
    for row in read_csv(table, GROUPS):
        person, group = row.cells["person"], row.cells["group"]
        if person in known or not (person and group):
            raise UsageError(f"{row.where}: each person stands once, in one group")
        known.add(person)
        people.setdefault(group, []).append(person)
    return people


def expanded(names: Collection[str], table: Path | None) -> tuple[str, ...]:
    """The names with each group's people in its place."""
    groups = {} if table is None else read_groups(table)
    return tuple(person for name in names for person in groups.get(name, [name]))
