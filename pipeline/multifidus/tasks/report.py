"""Reports, printed from a saved result and its saved pictures; loads no image and no network."""

import logging
from collections.abc import Iterable
from pathlib import Path

from multifidus.domain.anatomy import SpinalLevel
from multifidus.domain.case import CaseResult
from multifidus.files.atomic import sha256_of, write_bytes, write_text
from multifidus.files.paths import PARAMS
from multifidus.files.results.case import PROVENANCE_FILE, read_case
from multifidus.files.yaml import read_as
from multifidus.report.coding import CodingPage
from multifidus.report.html import print_html
from multifidus.report.page import case_page
from multifidus.report.pdf import print_pdf
from multifidus.report.sections import Picture, Wording

FIGURES = "figures"
"""Where the pictures of a result lie, beside its tables."""
SAGITTAL_FIGURE = "sagittal.png"
SAGITTAL_CAPTION = (
    "Middle sagittal slice, front on the left: vertebrae outlined, disc centres dotted and named "
    "in front, every axial slice a thin line, the measured ones thick and named behind"
)

LOG = logging.getLogger(__name__)


def save_pictures(pictures: Iterable[Picture], folder: Path) -> None:
    """Write the pictures of a result into its folder, where reports look for them."""
    for picture in pictures:
        write_bytes(picture.png, folder / FIGURES / picture.name)


def figure_name(level: SpinalLevel) -> str:
    """File name of a level's overlay."""
    return f"level_{level.value.replace('/', '-')}.png"


def level_caption(level: str, slice_index: int, image: str) -> str:
    """What a level's overlay shows."""
    return f"{level}, slice {slice_index}, on {image}; right side on the left"


def write_report(folder: Path | str) -> Path:
    """Print `report.html` and `report.pdf` from a saved result; reads no image of the study.

    Returns the path of the HTML report. Raises UsageError where the folder holds no result.
    """
    folder = Path(folder)
    case = read_case(folder)
    pictures = _saved_pictures(case, folder)
    provenance = folder / PROVENANCE_FILE
    fingerprint = sha256_of(provenance) if provenance.is_file() else "unknown".ljust(16)
    LOG.info("%s: the report is printed with %d pictures", folder, len(pictures))
    page = case_page(case, wording(), pictures, fingerprint, coding_page())
    write_text(print_html(page), folder / "report.html")
    write_bytes(print_pdf(page), folder / "report.pdf")
    return folder / "report.html"


def _saved_pictures(case: CaseResult, folder: Path) -> list[Picture]:
    image = case.method.segmented_on[0]
    captions = {SAGITTAL_FIGURE: SAGITTAL_CAPTION} | {
        figure_name(placed.level): level_caption(placed.level.value, placed.slice_index, image)
        for placed in case.level_slices
    }
    return [
        Picture(name, caption, (folder / FIGURES / name).read_bytes())
        for name, caption in captions.items()
        if (folder / FIGURES / name).is_file()
    ]


def coding_page() -> CodingPage:
    """What a report tells the person who codes; raises UsageError where its file does not hold."""
    return read_as(CodingPage, PARAMS / "coding.yml")


def wording() -> Wording:
    """What every report prints besides the person's own results.

    Raises UsageError where its file does not hold.
    """
    return read_as(Wording, PARAMS / "report.yml")
