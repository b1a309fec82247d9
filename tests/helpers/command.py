"""The command line as a user meets it: in a process of its own, or, quicker, in this one."""

import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

from multifidus.cli import main

Done = subprocess.CompletedProcess[str]


def multifidus(*arguments: object, cwd: Path | None = None) -> Done:
    """Run `multifidus` with these arguments; nothing is raised for a bad exit code."""
    command = [sys.executable, "-m", "multifidus", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)


def called(*arguments: object) -> Done:
    """As `multifidus`, in this process: it spares the seconds that a new one takes to import."""
    words, code = list(map(str, arguments)), 0
    said, told = StringIO(), StringIO()
    with redirect_stdout(said), redirect_stderr(told):
        try:
            main(words)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return subprocess.CompletedProcess(words, code, said.getvalue(), told.getvalue())
