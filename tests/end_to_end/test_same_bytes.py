"""Same input, same bytes: every file of every command is the one that was kept."""

import pytest

from tests.helpers.golden import (
    CHEAP,
    EVERYWHERE,
    PROCESSOR,
    differences,
    digests,
    environment,
    kept,
    schemas,
)

pytestmark = pytest.mark.slow

OTHER_MACHINE = (
    "the manifest was written with another processor or other versions, where last digits may "
    "differ: "
)


@pytest.fixture(scope="module")
def changed() -> list[str]:
    """In what this machine is not the one that the manifest was written on."""
    return differences(kept()["environment"], environment())


def test_every_output_of_every_command_is_the_one_that_was_kept(tmp_path, changed):
    if changed:
        pytest.skip(f"{OTHER_MACHINE}{', '.join(changed)}; two runs are compared instead")
    assert differences(kept()["files"], digests(tmp_path) | schemas()) == []


def test_where_last_digits_may_differ_two_runs_give_the_same_bytes(tmp_path, changed):
    if not changed:
        pytest.skip("this processor and these versions are the manifest's: every byte is compared")
    first, second = (digests(tmp_path / name, CHEAP) for name in ("first", "the second"))
    assert differences(first, second) == []
    files = kept()["files"]
    assert first.keys() == {name for name in files if name.split("/")[0] in CHEAP}
    if changed == [f"differs: {PROCESSOR}"]:
        assert differences(texts_of(files), texts_of(first | schemas())) == []


def texts_of(files: dict[str, str]) -> dict[str, str]:
    """Those that hang on no processor."""
    return {name: sha for name, sha in files.items() if name.startswith(EVERYWHERE)}
