"""How files of settings and facts are read: strictly."""

from collections.abc import Mapping
from typing import Any

STRICT: Mapping[str, Any] = {"extra": "forbid"}
"""A misspelt name is refused, not ignored."""
