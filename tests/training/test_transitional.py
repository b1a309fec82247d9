import numpy as np
import pytest

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, Vertebra
from multifidus.training.cases import LabelledSlice
from multifidus.training.transitional import remade, seam_at, straight, with_one_more_or_fewer

PIXEL_MM = np.array([1.0, 2.0])
BODY, PERIOD, FOOT = 12, 18, 6  # pixels along the head
LEAN = 4  # pixels to the front from one body to the next
ROW = (Vertebra.S1, Vertebra.L5, Vertebra.L4, Vertebra.L3, Vertebra.L2)


def slice_of(lean=0):
    """Image (60, 110) whose grey tells the vertebra, and its labels: five bodies."""
    labels = np.zeros((60, 110), np.uint8)
    for place, vertebra in enumerate(ROW):
        foot, back = FOOT + place * PERIOD, 10 + place * lean
        labels[back : back + 24, foot : foot + BODY] = VERTEBRA_LABEL_OF[vertebra]
    return labels.astype(np.float32) / 10, labels


def from_below(labels):
    """The vertebrae down the middle of the slice, and where each begins."""
    name_of = {value: vertebra for vertebra, value in VERTEBRA_LABEL_OF.items()}
    column = labels.max(axis=0)
    starts = np.flatnonzero((column > 0) & (np.r_[0, column[:-1]] != column))
    return [name_of[column[at]] for at in starts], starts.tolist()


def test_what_is_taken_out_is_gone_and_what_lay_above_stands_in_its_place():
    image, labels = slice_of()
    seam = seam_at(labels, PIXEL_MM, Vertebra.L4, doubled=False)
    _, made = remade(image, labels, PIXEL_MM, seam)
    vertebrae, starts = from_below(made)
    assert vertebrae == [Vertebra.S1, Vertebra.L5, Vertebra.L3, Vertebra.L2]
    assert starts == pytest.approx([FOOT + place * PERIOD for place in range(4)], abs=1)


def test_what_is_doubled_stands_there_twice_and_what_lay_above_moves_up():
    image, labels = slice_of()
    seam = seam_at(labels, PIXEL_MM, Vertebra.L5, doubled=True)
    grey, made = remade(image, labels, PIXEL_MM, seam)
    vertebrae, starts = from_below(made)
    assert vertebrae == [
        Vertebra.S1,
        Vertebra.L5,
        Vertebra.L5,
        Vertebra.L4,
        Vertebra.L3,
        Vertebra.L2,
    ]
    assert starts == pytest.approx([FOOT + place * PERIOD for place in range(6)], abs=1)
    middle = grey[20, FOOT + 2 * PERIOD + BODY // 2]
    assert middle == pytest.approx(VERTEBRA_LABEL_OF[Vertebra.L5] / 10, abs=1e-3)


def test_the_parts_stay_in_line_with_a_leaning_column_and_along_a_row_they_do_not():
    image, labels = slice_of(lean=LEAN)
    seam = seam_at(labels, PIXEL_MM, Vertebra.L4, doubled=False)
    for laid, off in ((seam, 0.0), (straight(seam), float(LEAN))):
        _, made = remade(image, labels, PIXEL_MM, laid)
        l3 = np.argwhere(made == VERTEBRA_LABEL_OF[Vertebra.L3]).mean(axis=0)
        was_l4 = np.argwhere(labels == VERTEBRA_LABEL_OF[Vertebra.L4]).mean(axis=0)
        assert l3[0] - was_l4[0] == pytest.approx(off, abs=1.0)


def test_a_vertebra_without_a_labelled_neighbour_has_no_seam():
    _, labels = slice_of()
    assert seam_at(labels, PIXEL_MM, Vertebra.L2, doubled=True) is None
    assert seam_at(labels, PIXEL_MM, Vertebra.S1, doubled=True) is None


def test_numbers_below_the_seam_can_be_others():
    image, labels = slice_of()
    seam = seam_at(labels, PIXEL_MM, Vertebra.L4, doubled=False)
    other = np.where(labels == VERTEBRA_LABEL_OF[Vertebra.L5], VERTEBRA_LABEL_OF[Vertebra.L4], 0)
    _, made = remade(image, labels, PIXEL_MM, seam, other)
    assert from_below(made)[0] == [Vertebra.L4, Vertebra.L3, Vertebra.L2]


def test_a_slice_with_too_few_vertebrae_comes_back_as_it_is():
    image, labels = slice_of()
    labels[labels != VERTEBRA_LABEL_OF[Vertebra.L4]] = 0
    case = LabelledSlice("a", image[None], labels, (1.0, 2.0))
    assert with_one_more_or_fewer(case, np.random.default_rng(0)) is case


def test_a_drawn_slice_has_one_body_more_or_fewer_and_no_new_number():
    image, labels = slice_of()
    case = LabelledSlice("a", image[None], labels, (1.0, 2.0))
    for seed in range(6):
        made = with_one_more_or_fewer(case, np.random.default_rng(seed))
        assert set(np.unique(made.labels)) <= set(np.unique(labels))
        assert len(from_below(made.labels)[0]) != len(ROW)
