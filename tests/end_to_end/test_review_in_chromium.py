"""A reader's strokes in JupyterLab: a mouse in a real headless Chromium, and the files saved."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import nbformat
import nibabel as nib
import numpy as np
import pytest

from multifidus.domain.anatomy import LABEL_OF
from multifidus.files.paths import NOTEBOOKS, PACKAGE
from tests.helpers.phantoms import LEFT_MF, RIGHT_MF, axial_geometry, box_labels

pytest.importorskip("playwright", reason="playwright is not installed: the extra 'dev'")
pytest.importorskip("ipyniivue", reason="ipyniivue is not installed: the extra 'lab'")
pytest.importorskip("jupyterlab", reason="jupyterlab is not installed: the extra 'lab'")
from playwright.sync_api import Error, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for path in map(shutil.which, NAMES) if path), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason=f"none of {NAMES} is installed"),
]

TOKEN = "only-on-loopback"
SLICE = 1
"""One turn of the wheel from the slice on which the viewer opens, the lowest."""
STROKE = [(x, 22) for x in range(33, 38)]
"""In front of the right erector spinae: (x, y), x growing to the person's right, y to the front."""
ERASED = [(x, 9) for x in range(13, 17)]
"""Inside the left multifidus."""
IDLE = """() => {
  const session = window.jupyterapp?.shell.currentWidget?.sessionContext;
  return session?.isReady && session?.session?.kernel?.status === 'idle';
}"""


@pytest.fixture(scope="module")
def case(tmp_path_factory) -> Path:
    """A folder with the notebook, an image stored P-S-L and its labels stored RAS+."""
    folder = tmp_path_factory.mktemp("review")
    labels = box_labels(axial_geometry())
    grey = np.random.default_rng(0).normal(600, 30, labels.geometry.shape).astype(np.float32)
    grey[labels.voxels > 0] -= 300
    image = nib.Nifti1Image(grey, labels.geometry.affine)
    turn = nib.orientations.ornt_transform(
        nib.orientations.io_orientation(image.affine), nib.orientations.axcodes2ornt("PSL")
    )
    nib.save(image.as_reoriented(turn), folder / "t2.nii.gz")
    nib.save(nib.Nifti1Image(labels.voxels, labels.geometry.affine), folder / "labels.nii.gz")
    content = nbformat.read(NOTEBOOKS / "review.ipynb", as_version=4)
    content.cells[
        1
    ].source = "image, labels = 't2.nii.gz', 'labels.nii.gz'\nreader, output_dir = 'AB', 'out'"
    nbformat.write(content, folder / "review.ipynb")
    return folder


@contextmanager
def jupyterlab(folder: Path, home: Path):
    """A JupyterLab on loopback with a home of its own; gives the address of the notebook."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    page_config = home / ".jupyter" / "labconfig" / "page_config.json"
    page_config.parent.mkdir(parents=True)
    silent = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    page_config.write_text(json.dumps(silent), encoding="utf-8")
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += [f"--ServerApp.{name}={value}" for name, value in {
        "ip": "127.0.0.1", "port": port, "port_retries": 0, "root_dir": folder
    }.items()]  # fmt: skip
    command += [f"--IdentityProvider.token={TOKEN}", "--LabApp.expose_app_in_browser=True"]
    own = {"HOME": str(home), "JUPYTER_CONFIG_DIR": str(home / ".jupyter")}
    own |= {"PYTHONPATH": str(PACKAGE.parent), "JUPYTER_RUNTIME_DIR": str(home / "runtime")}
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(
            command, env=os.environ | own, cwd=folder, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/api?token={TOKEN}", server)
            yield f"http://127.0.0.1:{port}/doc/tree/review.ipynb?token={TOKEN}"
        finally:
            server.terminate()
            server.wait(20)


def wait_for(address: str, server: subprocess.Popen) -> None:
    for _ in range(900):
        assert server.poll() is None, "JupyterLab did not start"
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail("JupyterLab did not answer within 90 s")


def run_cells(page: Page, command: str) -> None:
    page.evaluate("command => window.jupyterapp.commands.execute(command)", f"notebook:{command}")


def draw(page: Page, path: list[tuple[int, int]]) -> None:
    """Draw along voxels (x, y) of the shown slice: right on the left, the front on top.

    NiiVue paints a voxel when the pen leaves it, so the pen steps back at the end.
    """
    box = page.locator("canvas").bounding_box()
    width, height, _ = axial_geometry().shape
    scale = min(box["width"] / width, box["height"] / height)
    left = box["x"] + (box["width"] - width * scale) / 2
    top = box["y"] + (box["height"] - height * scale) / 2
    for number, (x, y) in enumerate([*path, path[-2]]):
        page.mouse.move(left + (width - x - 0.5) * scale, top + (height - y - 0.5) * scale)
        if number == 0:
            page.mouse.down()
    page.mouse.up()


def read_and_draw(page: Page, address: str, case: Path) -> None:
    """What a reader does: run everything, paint, undo, erase, run the rest."""
    page.goto(address)
    page.wait_for_function(IDLE, timeout=120_000)
    run_cells(page, "run-all-cells")
    page.get_by_text("Nothing changed: no label map was written.").wait_for(timeout=60_000)
    page.get_by_text("0 pixels differ").wait_for(timeout=60_000)
    assert not (case / "out").exists()
    page.locator("canvas").evaluate("canvas => canvas.scrollIntoView({block: 'center'})")
    page.locator("canvas").hover()
    page.mouse.wheel(0, 100)
    page.get_by_text(f"Slice {SLICE} of 0 to 4").wait_for(timeout=60_000)
    draw(page, STROKE)
    page.get_by_text("5 pixels differ").wait_for(timeout=60_000)
    draw(page, [(10, 25), (11, 25), (12, 25)])
    page.get_by_text("8 pixels differ").wait_for(timeout=60_000)
    page.get_by_role("button", name="undo").click()
    page.get_by_text("5 pixels differ").wait_for(timeout=60_000)
    page.get_by_role("combobox").last.select_option("eraser")
    draw(page, ERASED)
    page.get_by_text("9 pixels differ").wait_for(timeout=60_000)
    page.screenshot(path=case / "drawn.png")
    page.get_by_role("heading", name="What changed").click()
    run_cells(page, "run-all-below")
    page.get_by_text("review.json are written to out").wait_for(timeout=60_000)
    page.screenshot(path=case / "saved.png")


@pytest.fixture(scope="module")
def reviewed(case, tmp_path_factory) -> Path:
    """The folder of a review that was drawn with the mouse; says which requests left loopback."""
    options = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-sandbox"]
    away = []
    with (
        jupyterlab(case, tmp_path_factory.mktemp("home")) as address,
        sync_playwright() as playwright,
    ):
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        except Error as error:
            pytest.skip(f"{CHROMIUM} does not start: {error}")
        page = browser.new_page(viewport={"width": 1200, "height": 1000})
        page.on("request", lambda request: away.append(request.url))
        read_and_draw(page, address, case)
        browser.close()
    outside = [url for url in away if not url.startswith(("http://127.0.0.1", "data:", "blob:"))]
    assert outside == [], "the viewer works offline"
    return case / "out"


def mm_of(path: Path, value: int) -> set[tuple[float, ...]]:
    """Patient millimetres of the voxels of that value, by the file's own affine."""
    image = nib.load(path)
    found = np.argwhere(np.asarray(image.dataobj) == value)
    return {tuple(np.round(mm, 3)) for mm in nib.affines.apply_affine(image.affine, found)}


def test_strokes_change_the_saved_labels_where_they_were_drawn_on_the_person_s_side(reviewed, case):
    old, new = case / "labels.nii.gz", reviewed / "labels_reviewed.nii.gz"
    assert "".join(nib.aff2axcodes(nib.load(new).affine)) == "PSL"
    to_mm = axial_geometry().to_mm
    drawn, erased = (
        {tuple(np.round(to_mm(np.array([x, y, SLICE])), 3)) for x, y in path}
        for path in (STROKE, ERASED)
    )
    right, left = LABEL_OF[RIGHT_MF], LABEL_OF[LEFT_MF]
    assert mm_of(new, right) - mm_of(old, right) == drawn
    assert all(x > 0 for x, _, _ in drawn), "right lies at positive x"
    assert mm_of(old, left) - mm_of(new, left) == erased
    assert mm_of(old, right) < mm_of(new, right)
    assert mm_of(new, left) < mm_of(old, left)


def test_the_review_says_who_and_what(reviewed):
    content = json.loads((reviewed / "review.json").read_text(encoding="utf-8"))
    assert content["reader"] == "AB"
    found = {c["structure"]: (c["pixels_added"], c["pixels_removed"]) for c in content["changes"]}
    assert found == {"right multifidus": (5, 0), "left multifidus": (0, 4)}
    assert {change["slice_index"] for change in content["changes"]} == {SLICE}
