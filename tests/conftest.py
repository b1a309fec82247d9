"""What several tests share."""

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real images; skips where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"no real images at {SHARED_DATA}")
    return SHARED_DATA
