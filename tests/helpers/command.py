"""The command line as a user meets it: a process of its own."""

import subprocess
import sys
from pathlib import Path


def multifidus(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run `multifidus` with these arguments; nothing is raised for a bad exit code."""
    command = [sys.executable, "-m", "multifidus", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
