"""An area is pixels times their size, whatever the pixels read.

Lean, healthy muscle is nearly black on T2: what takes darkness for air loses it first.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multifidus.domain.anatomy import LABEL_OF, Muscle
from multifidus.domain.settings import FatSettings
from multifidus.domain.study import SeriesRole
from multifidus.domain.volume import Geometry, LabelMap, Volume
from multifidus.muscle.measure import SliceView, assessed_sections
from multifidus.study.contrasts import with_signal_fat
from multifidus.study.images import AxialImages
from tests.helpers.phantoms import LEFT_ES, LEFT_MF, RIGHT_ES, RIGHT_MF

pytestmark = pytest.mark.slow

MM = 2.0
SHAPE = (180, 130)
X, Y = (axis * MM for axis in np.indices(SHAPE))  # mm to the right, mm to the front


def ellipse(x: float, y: float, half_width: float, half_depth: float) -> np.ndarray:
    return ((X - x) / half_width) ** 2 + ((Y - y) / half_depth) ** 2 < 1


BODY = ellipse(180, 130, 160, 105)
WITHIN = ellipse(180, 133, 145, 88)
CANAL, VERTEBRA = ellipse(180, 112, 12, 9), ellipse(180, 145, 26, 19)
MUSCLES = {
    RIGHT_MF: ellipse(203, 84, 14, 18),
    LEFT_MF: ellipse(157, 84, 14, 18),
    RIGHT_ES: ellipse(242, 88, 22, 20),
    LEFT_ES: ellipse(118, 88, 22, 20),
}
LABELS = np.zeros((*SHAPE, 1), np.uint8)
for structure, mask in MUSCLES.items():
    LABELS[mask, 0] = LABEL_OF[structure]
GEOMETRY = Geometry(LABELS.shape, np.diag([MM, MM, 4, 1.0]))
LABEL_MAP = LabelMap(LABELS, GEOMETRY)
TISSUE = np.select(
    [LABELS[..., 0] > 0, CANAL, VERTEBRA, WITHIN, BODY], [60.0, 800, 250, 350, 600], 0.0
)
"""T2 weighted: lean muscle a tenth as bright as fat."""


DEPTH_MM = {"back": Y - 25, "front": (235 - Y) / 2, "right": (340 - X) / 2, "left": (X - 20) / 2}
"""From the coil's side of the body into it. One in front or at a flank reaches twice as far: none
is used that leaves the back muscles, and the fat behind them, below the noise."""


@dataclass(frozen=True)
class Scan:
    """How a picture of one and the same body comes out.

    gain: of the receiver. window: brightness that reads 0 and that reads the most, as shares of
    fat. coil: the side that it lies on. coil_mm: depth over which sensitivity falls to 1/e. bits:
    grey levels 2^bits, 0 for no rounding. noise: deviation as a share of fat.
    """

    gain: float
    window: tuple[float, float]
    coil_mm: float
    coil: str
    bits: int
    noise: float
    seed: int

    def picture(self) -> np.ndarray:
        rng = np.random.default_rng(self.seed)
        signal = TISSUE * np.exp(-DEPTH_MM[self.coil] / self.coil_mm)
        real, imaginary = rng.normal(0, 600 * self.noise, (2, *SHAPE))
        signal = np.hypot(signal + real, imaginary) if self.noise else signal
        low, high = (600 * share for share in self.window)
        shown = np.clip((signal - low) / (high - low), 0, 1)
        if self.bits:
            shown = np.round(shown * (2**self.bits - 1))
        return (self.gain * shown).astype(np.float32)


SCANS = st.builds(
    Scan,
    gain=st.sampled_from([1e-3, 1.0, 37.5, 4e4]),
    window=st.tuples(st.sampled_from([0, 0.05, 0.2, 0.5]), st.sampled_from([0.6, 1.0, 2.0])),
    coil_mm=st.sampled_from([60.0, 120.0, 400.0, 1e9]),
    coil=st.sampled_from(list(DEPTH_MM)),
    bits=st.sampled_from([0, 6, 8, 12, 16]),
    noise=st.sampled_from([0, 0.003, 0.03, 0.1, 0.3]),
    seed=st.integers(0, 10),
)


@given(SCANS)
@settings(max_examples=150, deadline=None)
def test_the_area_is_the_same_for_any_brightness_window_coil_bit_depth_and_noise(scan):
    sections, missing = assessed_sections(LABEL_MAP, 0, SliceView(None, scan.picture()))
    assert missing == []
    found = {(section.muscle, section.side): section.total_csa_mm2 for section in sections}
    assert found == {(one.muscle, one.side): mask.sum() * MM * MM for one, mask in MUSCLES.items()}


@pytest.mark.parametrize("coil_mm", [40.0, 60.0])
@pytest.mark.parametrize("left", [0, 40, 80])
def test_no_muscle_is_lost_far_from_a_coil_at_the_side_or_in_a_crop(coil_mm, left):
    """The far half is darker than the body's outline can tell, and some of it no air."""
    seen = slice(left // 2, -left // 2 or None)
    picture = (TISSUE * np.exp(-X / coil_mm)).astype(np.float32)[seen]
    labels = LabelMap(LABELS[seen], Geometry(LABELS[seen].shape, GEOMETRY.affine))
    sections, missing = assessed_sections(labels, 0, SliceView(None, picture))
    assert missing == []
    assert len(sections) == 4


def test_all_labels_in_the_dark_speak_against_the_outline_of_the_body_not_against_them():
    """In a window so narrow that only the spinal canal is bright."""
    picture = np.where(CANAL, 800.0, 0.0).astype(np.float32)
    sections, missing = assessed_sections(LABEL_MAP, 0, SliceView(None, picture))
    assert (len(sections), missing) == (4, [])


def t2(picture: np.ndarray) -> AxialImages:
    image = Volume(picture[..., None], GEOMETRY)
    names = (SeriesRole.AXIAL_T2.value,)
    return with_signal_fat(
        AxialImages((image,), names, None, "none", ""), LABEL_MAP, FatSettings(1.5, 4, 10)
    )


@pytest.mark.parametrize("low", [0.0, 0.05, 0.15])
def test_lean_muscle_that_a_window_makes_black_is_measured_and_holds_no_fat(low):
    axial = t2(Scan(255, (low, 1.2), 1e9, "back", 0, 0.003, 1).picture())
    assert axial.no_fat_reason == ""
    sections, missing = assessed_sections(LABEL_MAP, 0, SliceView(axial.fat, axial.mr_signal(0)))
    assert missing == []
    multifidus = [section for section in sections if section.muscle is Muscle.MULTIFIDUS]
    assert [one.fat[0].pct for one in multifidus] == pytest.approx([0, 0], abs=2)


def test_a_window_that_cuts_lean_muscle_off_is_told():
    cut = t2(Scan(255, (0.2, 1.2), 1e9, "back", 8, 0.003, 1).picture())
    assert any("cut off" in note for note in cut.notes)
    whole = t2(Scan(255, (0.0, 1.2), 1e9, "back", 8, 0.003, 1).picture())
    assert whole.notes == ()


def test_muscle_as_bright_as_fat_tells_none_and_says_what_is_needed():
    picture = np.where(LABELS[..., 0] > 0, 500.0, TISSUE).astype(np.float32)
    axial = t2(picture)
    assert axial.fat is None
    assert "times as bright as lean muscle, 1.5 needed" in axial.no_fat_reason
