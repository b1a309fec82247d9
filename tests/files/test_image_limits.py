"""What no MR image of a lumbar spine has is refused by its header; what scanners write passes."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from multifidus.domain.errors import InputError, UsageError
from multifidus.files import image_limits as module
from multifidus.files.image_limits import image_limits, problem_of_grid, require_possible

WRITTEN_BY_SCANNERS = {
    "routine lumbar axial T2": ((512, 512, 30), (0.35, 0.35, 4.4)),
    "interpolated to 1024": ((1024, 1024, 40), (0.16, 0.16, 3.0)),
    "Dixon of the abdomen": ((320, 260, 72), (1.19, 1.19, 3.0)),
    "body coil, 500 mm": ((512, 512, 60), (0.98, 0.98, 5.0)),
    "attenuation map of PET/MR": ((192, 126, 128), (2.6, 2.6, 3.12)),
    "single slice": ((640, 640, 1), (0.4, 0.4, 5.0)),
    "lumbar sagittal": ((15, 448, 448), (4.4, 0.63, 0.63)),
    "3-D sagittal": ((160, 640, 640), (0.8, 0.5, 0.5)),
    "whole spine, composed": ((20, 800, 2000), (4.0, 0.5, 0.5)),
    "one slice for each disc": ((512, 512, 5), (0.35, 0.35, 36.0)),
    "whole body, axial": ((320, 260, 900), (1.6, 1.6, 2.2)),
}


@pytest.mark.parametrize("name", WRITTEN_BY_SCANNERS)
def test_what_scanners_write_is_possible(name):
    require_possible(*WRITTEN_BY_SCANNERS[name])


@pytest.mark.parametrize(
    ("shape", "spacing_mm", "told"),
    [
        ((256, 256, 29), (15, 15, 6), "voxels of 15 x 15 x 6 mm; within a slice 0.1 to 4 mm"),
        ((256, 256, 29), (150, 150, 6), "voxels of 150 x 150 x 6 mm"),
        ((256, 256, 29), (0.0001, 0.0001, 6), "voxels of 0.0001 x 0.0001 x 6 mm"),
        ((512, 512, 3), (1.5, 1.5, 6), "768 mm from right to left"),
        ((320, 512, 3), (1.5, 1.5, 6), "768 mm from back to front"),
        ((20, 300, 2000), (4, 1.5, 1.5), "3000 mm from feet to head"),
        (
            *((256, 256, 29), (1.5, 1.5, 6e6)),
            r"29 slices 6e\+06 mm apart; 25 mm at most, or in all 300 mm at most",
        ),
        ((256, 256, 8), (1.5, 1.5, 40), "8 slices 40 mm apart.*a decimal point lost"),
        ((65535, 65535, 3), (1.5, 1.5, 6), "65535 x 65535 x 3 voxels; along an axis 2048"),
        ((32767, 32767, 32767), (1.5, 1.5, 6), "32767 slices are no lumbar stack"),
        ((300, 300, 1500), (1.2, 1.2, 1.5), "1500 slices are no lumbar stack, 1000 at most"),
        ((2000, 2000, 80), (0.25, 0.25, 6), "need 1221 MB, 512 MB at most"),
        ((256, 256, 29), (1.5, 1.5, math.nan), "nan mm apart"),
        ((256, 256, 29), (math.inf, 1.5, 6), "voxels of inf x 1.5 x 6 mm"),
    ],
)
def test_what_no_scanner_writes_is_told_with_its_limit(shape, spacing_mm, told):
    with pytest.raises(InputError, match=told) as error:
        require_possible(shape, spacing_mm)
    assert "params/image_limits.yml" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("factor", "hint"),
    [
        (1000, "micrometres given as mm"),
        (10, "a decimal point lost"),
        (0.1, "centimetres given as mm"),
        (0.001, "metres given as mm"),
    ],
)
@pytest.mark.parametrize("axes", [(0, 1, 2), (0, 1)])
def test_a_spacing_in_another_unit_is_told_with_the_unit_it_may_be_in(factor, hint, axes):
    spacing_mm = [mm * factor if axis in axes else mm for axis, mm in enumerate((0.41, 0.41, 4))]
    assert hint in problem_of_grid((512, 512, 30), spacing_mm)


def test_no_unit_is_named_where_none_would_help():
    for problem in (
        problem_of_grid((256, 256, 29), (1.5, 1.5, 6e6)),
        problem_of_grid((4000, 4000, 80), (1.5, 1.5, 6)),
    ):
        assert problem
        assert "possible:" not in problem


grids = st.tuples(
    st.integers(64, 1024), st.integers(1, 60), st.floats(150, 550), st.floats(0.5, 10)
).map(
    lambda drawn: (
        (drawn[0], drawn[0], drawn[1]),
        (drawn[2] / drawn[0], drawn[2] / drawn[0], drawn[3]),
    )
)
"""Axial stacks: matrix, slices, field of view and slice step of every day."""


@given(grids)
def test_every_stack_of_a_usual_matrix_field_and_step_is_possible(grid):
    (columns, _, _), (pixel_mm, _, step_mm) = grid
    assume(0.1 <= pixel_mm <= 4 and step_mm >= pixel_mm and columns * pixel_mm <= 600)
    assert problem_of_grid(*grid) == ""


@given(grids, st.sampled_from([10, 100, 1000, 1e6, 1e-3, 1e-4, 1e-6]))
def test_no_usual_stack_is_possible_with_its_pixels_scaled(grid, factor):
    shape, (x_mm, y_mm, step_mm) = grid
    assert problem_of_grid(shape, (x_mm * factor, y_mm * factor, step_mm))


@given(grids, st.sampled_from([10, 100, 1000, 1e6]))
def test_no_usual_stack_is_possible_with_its_positions_scaled(grid, factor):
    shape, (x_mm, y_mm, step_mm) = grid
    assume(step_mm * factor > 25 and shape[2] * step_mm * factor > 300)
    assert problem_of_grid(shape, (x_mm, y_mm, step_mm * factor))


@given(st.tuples(*[st.integers(1, 2**40)] * 3))
def test_a_possible_grid_never_needs_more_memory_than_the_limit(shape):
    if not problem_of_grid(shape, (0.2, 0.2, 0.3)):
        assert math.prod(shape) * 4 <= image_limits().memory_bytes


def test_every_limit_has_a_reason():
    for limit in vars(image_limits()).values():
        assert limit.most > limit.least
        assert len(limit.source.split()) > 5


def test_a_limits_file_without_a_reason_is_refused(tmp_path, monkeypatch):
    text = module.LIMITS_FILE.read_text(encoding="utf-8").replace("source:", "because:", 1)
    (tmp_path / "limits.yml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(module, "LIMITS_FILE", tmp_path / "limits.yml")
    image_limits.cache_clear()
    try:
        with pytest.raises(UsageError, match="matrix"):
            image_limits()
    finally:
        image_limits.cache_clear()
