"""Every source of fat answers the same questions, so that nobody asks which one it is."""

from dataclasses import dataclass

import numpy as np
import pytest

from multifidus.domain.volume import Volume
from multifidus.muscle.fat.fraction_map import FractionMap, SeveralSources
from multifidus.muscle.fat.source import FatSource
from multifidus.muscle.fat.water_fat import WaterFat
from tests.helpers.phantoms import axial_geometry

GEOMETRY = axial_geometry()
REGION = np.ones(GEOMETRY.shape[:2], bool)


def image(value: float) -> Volume:
    return Volume(np.full(GEOMETRY.shape, value), GEOMETRY)


@dataclass(frozen=True, eq=False)
class ByBrightness(FractionMap):
    """A source with an index and methods that differ."""

    ratio: float = 0.5
    words: str = ""

    def index(self, region: np.ndarray, slice_index: int) -> float | None:
        return self.ratio

    def disagreement(self, region: np.ndarray, slice_index: int) -> str:
        return self.words


@pytest.mark.parametrize("source", [WaterFat(image(3), image(1)), FractionMap(image(25), True)])
def test_dixon_and_maps_give_fat_as_a_fraction_alone_without_contradiction(source: FatSource):
    assert source.fractions(REGION, 0)[0].pct == pytest.approx(25)
    assert source.index(REGION, 0) is None
    assert source.disagreement(REGION, 0) == ""


def test_several_sources_give_the_index_of_the_first_that_has_one():
    first, second = ByBrightness(image(20), False, 0.3), ByBrightness(image(20), False, 0.6)
    together = SeveralSources((FractionMap(image(25), True), first, second))
    assert together.index(REGION, 0) == 0.3
    assert SeveralSources((FractionMap(image(25), True),)).index(REGION, 0) is None


def test_several_sources_tell_what_each_says_of_its_own_methods():
    quiet = FractionMap(image(25), True)
    loud = [ByBrightness(image(20), False, words=words) for words in ("a differs", "b differs")]
    assert SeveralSources((quiet, *loud)).disagreement(REGION, 0) == "a differs; b differs"
    assert SeveralSources((quiet, quiet)).disagreement(REGION, 0) == ""
