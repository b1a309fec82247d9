"""Names of muscles and sides, as people write them."""

from multifidus.domain.anatomy import LABEL_WORDS, Muscle, Side, Structure
from multifidus.domain.fat import FatMethod
from multifidus.domain.term import in_words


def test_a_term_is_read_without_its_underscores():
    assert Muscle.ERECTOR_SPINAE.words == "erector spinae"
    assert FatMethod.DIXON_RATIO_OF_SUMS.words == "dixon ratio of sums"
    assert in_words("muscle_boundary") == "muscle boundary"


def test_a_structure_is_named_by_side_and_muscle():
    assert Structure(Muscle.ERECTOR_SPINAE, Side.RIGHT).words == "right erector spinae"


def test_every_label_value_has_its_words():
    assert LABEL_WORDS[4] == "left erector spinae"
    assert LABEL_WORDS[7] == "vertebra or disc"
    assert list(LABEL_WORDS) == [1, 2, 3, 4, 5, 6, 7]
