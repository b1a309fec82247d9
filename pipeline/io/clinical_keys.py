"""Which persons and visits a table has named so far, on disk rather than in memory."""

import sqlite3
from types import TracebackType


class SeenRows:
    """Remembers the row of each person and visit in a temporary database that needs no name.

    SQLite keeps a few MB in memory and the rest in a file that it deletes by itself, so that a
    table of any length takes the same memory.
    """

    def __init__(self) -> None:
        self._base = sqlite3.connect("")
        self._base.execute("PRAGMA cache_size = -4096")  # 4 MiB
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute("PRAGMA synchronous = OFF")
        self._base.execute(
            "CREATE TABLE seen (subject TEXT, visit TEXT, line INTEGER, "
            "PRIMARY KEY (subject, visit)) WITHOUT ROWID"
        )

    def __enter__(self) -> "SeenRows":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._base.close()

    def first_row(self, subject_id: str, visit: str, line: int) -> int | None:
        """The row that named this person and visit before, or None: then it is remembered."""
        added = self._base.execute(
            "INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", (subject_id, visit, line)
        ).rowcount
        if added:
            return None
        row: tuple[int] = self._base.execute(
            "SELECT line FROM seen WHERE subject = ? AND visit = ?", (subject_id, visit)
        ).fetchone()
        return row[0]


class Baselines:
    """A number of each person's baseline visit, on disk rather than in memory."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("")
        self._base.execute("PRAGMA cache_size = -4096")  # 4 MiB
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute("CREATE TABLE baseline (subject TEXT PRIMARY KEY, value REAL)")

    def remember(self, subject_id: str, value: float | None) -> None:
        """Keep a baseline; a second one for the same person leaves neither."""
        added = self._base.execute(
            "INSERT OR IGNORE INTO baseline VALUES (?, ?)", (subject_id, value)
        ).rowcount
        if not added:
            self._base.execute("UPDATE baseline SET value = NULL WHERE subject = ?", (subject_id,))

    def of(self, subject_id: str) -> float | None:
        """The person's baseline; None where there is none, or not exactly one."""
        row: tuple[float | None] | None = self._base.execute(
            "SELECT value FROM baseline WHERE subject = ?", (subject_id,)
        ).fetchone()
        return None if row is None else row[0]
