"""What the project logs, on the terminal: warnings always, every step with its time where asked."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from multifidus.domain.errors import one_line


class _OnStderr(logging.Handler):
    """Writes to whatever stderr is at that moment: a progress bar puts itself in its place."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(f"{self.format(record)}\n")


class _OneLine(logging.Formatter):
    """A record as a terminal can show it in one line."""

    def format(self, record: logging.LogRecord) -> str:
        return one_line(super().format(record))


@contextmanager
def show_log(verbose: bool) -> Iterator[None]:
    """Show the log of "multifidus" on stderr. verbose: every step, with the time of day."""
    log, handler = logging.getLogger("multifidus"), _OnStderr()
    handler.setFormatter(_OneLine("%(asctime)s %(message)s" if verbose else "%(message)s"))
    level, before = logging.INFO if verbose else logging.WARNING, log.level
    log.addHandler(handler)
    log.setLevel(level)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(before)
