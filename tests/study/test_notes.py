"""What the reader of a report is told of images, outlines and levels: each sentence once."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, SpinalLevel, Structure
from multifidus.domain.measurement import CrossSection, MuscleMeasurement
from multifidus.domain.spine import LevelSource
from multifidus.domain.volume import LabelMap, Volume
from multifidus.files.yaml import read_settings
from multifidus.muscle.fat.fraction_map import FractionMap
from multifidus.study.images import AxialImages
from multifidus.study.levels import Vertebrae
from multifidus.study.notes import fat_disagreements, method_of, stack_notes, without_fat
from multifidus.study.outlines import OutlinedMuscles
from multifidus.study.stacks import AxialStack
from tests.helpers.phantoms import axial_geometry, box_labels

LABELS = box_labels(axial_geometry())
SETTINGS = read_settings()
MEASURED = MuscleMeasurement(
    SpinalLevel.L4_L5, CrossSection(Muscle.ERECTOR_SPINAE, Side.LEFT, 2, 900.0)
)


def image() -> Volume:
    return Volume(np.full(LABELS.geometry.shape, 30.0), LABELS.geometry)


def stack(reason: str = "", **known) -> AxialStack:
    axial = AxialImages((image(),), ("axial T2",), None, "fat is told so", "", **known)
    return AxialStack(axial, OutlinedMuscles(LABELS, "fascial", {}), reason)


@dataclass(frozen=True, eq=False)
class Disputed(FractionMap):
    """A source whose methods differ in the left erector spinae alone."""

    def disagreement(self, region: np.ndarray, slice_index: int) -> str:
        value = LABEL_OF[Structure(Muscle.ERECTOR_SPINAE, Side.LEFT)]
        is_disputed = np.array_equal(region, LABELS.voxels[..., slice_index] == value)
        return "20 % by one, but 40 % by another" if is_disputed else ""


def with_source(source) -> AxialStack:
    bare = stack()
    return replace(bare, axial=replace(bare.axial, fat=source))


@dataclass(frozen=True)
class Network:
    """As much of a bundle as a method names."""

    name: str
    version: str = "2"
    weights: str = "model.onnx"
    training_note: str = "taught on few"


def vertebrae(source: LevelSource, reason: str = "") -> Vertebrae:
    labels = None if reason else LabelMap(LABELS.voxels, LABELS.geometry)
    return Vertebrae(labels, source, None, reason)


def test_a_note_of_two_stacks_stands_once_and_a_stack_that_is_not_measured_says_why():
    noted = stack(notes=("The coil is uneven.",))
    empty = replace(noted, reason="no slice shows both sides")
    assert stack_notes([noted, empty]) == (
        "The coil is uneven.",
        "Axial stack 2 of 2 is not measured: no slice shows both sides",
    )


def test_why_brightness_tells_no_fat_stands_once_for_all_stacks():
    dark = stack(no_fat_reason="fat is no brighter than muscle")
    (gap,) = without_fat([dark, dark, stack()])
    assert (gap.what, gap.reason) == ("fat fraction", "fat is no brighter than muscle")
    assert without_fat([stack()]) == ()


def test_a_muscle_about_whose_fat_the_methods_differ_is_named_with_level_and_side():
    source = Disputed(image(), False)
    right = replace(MEASURED, section=replace(MEASURED.section, side=Side.RIGHT))
    settings = replace(SETTINGS.fat, disagree_points=10)
    (note,) = fat_disagreements([with_source(source)], [right, MEASURED], settings)
    assert note == (
        "Methods for fat differ by 10 points or more (this project's choice): "
        "L4/5 left erector spinae: 20 % by one, but 40 % by another."
    )


def test_nothing_is_said_of_a_source_that_agrees_with_itself_or_of_no_source():
    for source in (FractionMap(image(), False), None):
        assert fat_disagreements([with_source(source)], [MEASURED], SETTINGS.fat) == ()


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (vertebrae(LevelSource.LABEL_MAP), "level label map of the study"),
        (vertebrae(LevelSource.MODEL), "vertebrae labelled by the model (spine 2)"),
        (vertebrae(LevelSource.MODEL, "no sagittal series"), "none told: no sagittal series"),
    ],
)
def test_the_method_says_where_the_levels_come_from(found, words):
    method = method_of(Network("muscles"), Network("spine"), stack(), found, SETTINGS)
    assert method.levels == words
    assert method.segmentation == "muscles 2, weights model.onnx"
    named = replace(SETTINGS.levels, slice_of_level={SpinalLevel.L4_L5: 1})
    method = method_of(Network("muscles"), None, stack(), found, replace(SETTINGS, levels=named))
    assert method.levels.startswith("slice named in the parameters, else ")
