"""The project's own files, read."""

import re
import tomllib

from multifidus.files.paths import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def package_of(requirement: str) -> str:
    return re.split(r"[<>=!\[; ]", requirement)[0].lower()
