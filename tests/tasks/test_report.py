"""What a report prints besides its results: a file of it that does not hold is told in one line."""

from pathlib import Path

import pytest

from multifidus.domain.errors import UsageError
from multifidus.files.paths import PARAMS
from multifidus.tasks import report

READER_OF = {"report.yml": report.wording, "coding.yml": report.coding_page}


@pytest.mark.parametrize(
    ("file", "name", "place"),
    [("report.yml", "banner", "banner"), ("coding.yml", "units", r"codes\.\d+\.unit")],
)
def test_a_misspelt_name_ends_in_one_line_that_names_file_and_place(
    tmp_path, monkeypatch, file, name, place
):
    text = (PARAMS / file).read_text(encoding="utf-8")
    (tmp_path / file).write_text(text.replace(f"{name}:", f"{name[:-1]}:"), encoding="utf-8")
    monkeypatch.setattr(report, "PARAMS", tmp_path)
    with pytest.raises(UsageError, match=place) as refused:
        READER_OF[file]()
    assert str(refused.value).startswith(f"{Path(tmp_path / file)}: ")
    assert "\n" not in str(refused.value)
