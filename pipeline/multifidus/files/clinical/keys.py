"""Which persons and visits a table names, on disk rather than in memory."""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from types import TracebackType

from multifidus.domain.visits import visit_key

CACHE = "PRAGMA cache_size = -4096"  # 4 MiB


class VisitCounts:
    """How many rows each person and visit has, in a temporary database that needs no name.

    SQLite keeps a few MB in memory and the rest in a file that it deletes by itself, so that a
    table of any length takes the same memory.
    """

    def __init__(self) -> None:
        self._base = sqlite3.connect("")
        self._base.execute(CACHE)
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute("PRAGMA synchronous = OFF")
        self._base.execute(
            "CREATE TABLE seen (subject TEXT, visit TEXT, rows INTEGER, "
            "PRIMARY KEY (subject, visit)) WITHOUT ROWID"
        )
        self._repeated = False

    def __enter__(self) -> "VisitCounts":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._base.close()

    def count(self, subject_id: str, visit: str) -> None:
        """Count one row of that person and visit, whichever way the visit's name is written."""
        added = self._base.execute(
            "INSERT OR IGNORE INTO seen VALUES (?, ?, 1)", (subject_id, visit_key(visit))
        ).rowcount
        if not added:
            self._repeated = True
            self._base.execute(
                "UPDATE seen SET rows = rows + 1 WHERE subject = ? AND visit = ?",
                (subject_id, visit_key(visit)),
            )

    def of(self, subject_id: str, visit: str) -> int:
        """How many rows that person and visit has."""
        if not self._repeated:
            return 1
        row: tuple[int] | None = self._base.execute(
            "SELECT rows FROM seen WHERE subject = ? AND visit = ?",
            (subject_id, visit_key(visit)),
        ).fetchone()
        return 1 if row is None else row[0]


@dataclass(frozen=True)
class KnownBaseline:
    """What of a person's baseline later visits are held against.

    mme_mg_day: opioids, None where not known. opioids: those taken. day: ISO date, or "".
    """

    mme_mg_day: float | None = None
    opioids: frozenset[str] = frozenset()
    day: str = ""


class Baselines:
    """Each person's baseline, on disk rather than in memory."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("")
        self._base.execute(CACHE)
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute("CREATE TABLE baseline (subject TEXT PRIMARY KEY, said TEXT)")

    def remember(
        self, subject_id: str, mme_mg_day: float | None, opioids: Collection[str], day: str
    ) -> None:
        """Keep a baseline; a second one for the same person leaves neither."""
        said = json.dumps([mme_mg_day, sorted(opioids), day])
        added = self._base.execute(
            "INSERT OR IGNORE INTO baseline VALUES (?, ?)", (subject_id, said)
        ).rowcount
        if not added:
            self._base.execute("UPDATE baseline SET said = NULL WHERE subject = ?", (subject_id,))

    def of(self, subject_id: str) -> KnownBaseline:
        """The person's baseline; nothing is known where there is none, or not exactly one."""
        row: tuple[str | None] | None = self._base.execute(
            "SELECT said FROM baseline WHERE subject = ?", (subject_id,)
        ).fetchone()
        if row is None or row[0] is None:
            return KnownBaseline()
        mme, opioids, day = json.loads(row[0])
        return KnownBaseline(mme, frozenset(opioids), day)
