"""A report from a saved result; a file of its wording that does not hold is told in one line."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from multifidus.domain.errors import UsageError
from multifidus.files.paths import PARAMS
from multifidus.files.results.case import write_case
from multifidus.tasks import report
from multifidus.tasks.report import figure_name, write_report
from tests.helpers.cases import finished_case

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


def picture() -> bytes:
    """A PNG of eight by eight pixels."""
    stream = BytesIO()
    Image.new("RGB", (8, 8)).save(stream, "png")
    return stream.getvalue()


@pytest.fixture
def folder(tmp_path) -> Path:
    """A saved result with one picture of a level that it names and one that it does not."""
    case = finished_case()
    write_case(case, tmp_path / "result.json")
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / figure_name(case.level_slices[0].level)).write_bytes(picture())
    (tmp_path / "figures" / "level_L1-2.png").write_bytes(picture())
    return tmp_path


def test_a_report_is_printed_from_a_saved_result_the_same_bytes_every_time(folder):
    printed = []
    for _ in range(2):
        assert write_report(folder) == folder / "report.html"
        printed.append([(folder / f"report.{kind}").read_bytes() for kind in ("html", "pdf")])
    _, pdf = printed[0]
    assert printed[0] == printed[1]
    assert pdf.startswith(b"%PDF")


def test_only_pictures_of_levels_that_the_result_names_are_shown(folder):
    page = write_report(folder).read_text(encoding="utf-8")
    assert page.count("data:image/png") == 1
    assert "L4/5, slice 7, on water; right side on the left" in page


def test_a_report_says_by_which_provenance_it_was_made(folder):
    without = write_report(folder).read_bytes()
    (folder / "provenance.json").write_text("{}", encoding="utf-8")
    # sha256 of the two characters {}
    assert b"44136fa355b3678a" in write_report(folder).read_bytes()
    assert b"44136fa355b3678a" not in without


def test_a_folder_without_a_result_is_refused(tmp_path):
    with pytest.raises(UsageError, match="'multifidus analyze' writes it"):
        write_report(tmp_path)
    assert not (tmp_path / "report.html").exists()
