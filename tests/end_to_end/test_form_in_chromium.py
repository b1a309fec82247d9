"""The HTML form filled in a real headless Chromium, saved, and read back by `multifidus score`."""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from multifidus.tasks.form import write_form
from tests.helpers.command import multifidus

pytest.importorskip("playwright", reason="playwright is not installed: the extra 'dev'")
from playwright.sync_api import Error, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for path in map(shutil.which, NAMES) if path), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason=f"none of {NAMES} is installed"),
]
SETS = ("isass_2025", "fda_p190021", "matis_2021")


@pytest.fixture(scope="module")
def away() -> list[str]:
    return []


@pytest.fixture(scope="module")
def page(tmp_path_factory, away: list[str]) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("form")
    write_form(folder, SETS)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        except Error as error:
            pytest.skip(f"{CHROMIUM} does not start: {error}")
        page = browser.new_page(viewport={"width": 1100, "height": 1400})
        page.on("request", lambda request: away.append(request.url))
        page.goto((folder / "form.html").as_uri())
        yield page
        browser.close()


def saved(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.locator(button).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_form_is_filled_saved_and_read_back_with_who_said_what(
    page: Page, away: list[str], tmp_path: Path
) -> None:
    page.locator("#save_row").click()
    assert "pseudonym is missing" in page.locator("#message").inner_text()
    page.locator("#subject_id").fill('P "1", new')
    page.locator("#said_by").fill("spine nurse")
    page.locator("#said_on").fill("2026-05-04")
    page.locator("#age_years").fill("54.5")
    page.locator("#nrs").fill("7")
    page.locator("#odi_total_pct").fill("42")
    page.locator("input[name=coagulopathy][value=no]").check()
    page.locator("input[name=imaging_confirms_mf_dysfunction][value=yes]").check()
    page.locator("[data-by=imaging_confirms_mf_dysfunction]").fill("radiologist")
    page.locator("[data-on=imaging_confirms_mf_dysfunction]").fill("2026-04-30")
    candidate = page.locator("[data-question=spine_surgery_candidate]")
    page.locator("input[name=spine_surgery_candidate][value=yes]").check()
    page.locator("input[name=surgical_indication][value=no]").check()
    assert candidate.is_hidden()
    assert page.locator("[data-question=is_adult]").is_hidden()
    page.locator("#odi_total_pct").fill("420")
    page.locator("#save_answers").click()
    assert "Nothing is saved: odi_total_pct" in page.locator("#message").inner_text()
    page.locator("#odi_total_pct").fill("42")
    answers = saved(page, "#save_answers", tmp_path)
    row = saved(page, "#save_row", tmp_path)
    assert (answers.name, row.name) == ("answers_P__1___new.csv", "clinical_P__1___new.csv")
    with answers.open(encoding="utf-8", newline="") as file:
        told = {one["question"]: one for one in csv.DictReader(file)}
    imaging = told["imaging_confirms_mf_dysfunction"]
    assert (imaging["answer"], imaging["said_by"], imaging["said_on"]) == (
        *("yes", "radiologist", "2026-04-30"),
    )
    assert (told["nrs"]["said_by"], told["nrs"]["said_on"]) == ("spine nurse", "2026-05-04")
    assert not {"active_infection", "spine_surgery_candidate"} & told.keys()
    for path in (answers, row):
        scores = tmp_path / f"scores_{path.stem}.csv"
        result = multifidus("score", path, "-o", scores)
        assert result.returncode == 0, result.stderr
        with scores.open(encoding="utf-8", newline="") as file:
            (found,) = csv.DictReader(file)
        assert found["subject_id"] == 'P "1", new'
        assert (found["visit"], float(found["odi_pct"]), float(found["nrs"])) == ("baseline", 42, 7)
    assert [url for url in away if not url.startswith(("file:", "blob:", "data:"))] == []
