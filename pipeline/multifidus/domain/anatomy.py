"""Muscles, sides and spinal levels, and the label values that stand for them in every label map."""

from enum import StrEnum
from typing import NamedTuple

from multifidus.domain.term import Term


class Muscle(Term):
    """A paraspinal muscle; ERECTOR_SPINAE is longissimus and iliocostalis together."""

    MULTIFIDUS = "multifidus"
    ERECTOR_SPINAE = "erector_spinae"
    PSOAS = "psoas"


class Side(StrEnum):
    """The person's side, whatever the storage order or the display."""

    RIGHT = "right"
    LEFT = "left"


class SpinalLevel(StrEnum):
    """A lumbar disc level."""

    L1_L2 = "L1/2"
    L2_L3 = "L2/3"
    L3_L4 = "L3/4"
    L4_L5 = "L4/5"
    L5_S1 = "L5/S1"


class Vertebra(StrEnum):
    """A vertebra that a level label map can name."""

    T11 = "T11"
    T12 = "T12"
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"
    L5 = "L5"
    S1 = "S1"


class Structure(NamedTuple):
    """One muscle of one side."""

    muscle: Muscle
    side: Side

    @property
    def words(self) -> str:
        """Side and muscle, such as "right erector spinae"."""
        return f"{self.side} {self.muscle.words}"

    @property
    def mirrored(self) -> "Structure":
        """The same muscle of the other side."""
        return Structure(self.muscle, Side.LEFT if self.side is Side.RIGHT else Side.RIGHT)


LABEL_OF: dict[Structure, int] = {
    Structure(Muscle.MULTIFIDUS, Side.RIGHT): 1,
    Structure(Muscle.MULTIFIDUS, Side.LEFT): 2,
    Structure(Muscle.ERECTOR_SPINAE, Side.RIGHT): 3,
    Structure(Muscle.ERECTOR_SPINAE, Side.LEFT): 4,
    Structure(Muscle.PSOAS, Side.RIGHT): 5,
    Structure(Muscle.PSOAS, Side.LEFT): 6,
}
VERTEBRA_OR_DISC_LABEL = 7
LABEL_WORDS: dict[int, str] = {value: structure.words for structure, value in LABEL_OF.items()} | {
    VERTEBRA_OR_DISC_LABEL: "vertebra or disc"
}
"""Label value to the words for it."""

VERTEBRA_LABEL_OF: dict[Vertebra, int] = {
    Vertebra.L1: 1,
    Vertebra.L2: 2,
    Vertebra.L3: 3,
    Vertebra.L4: 4,
    Vertebra.L5: 5,
    Vertebra.T12: 6,
    Vertebra.T11: 7,
    Vertebra.S1: 8,
}

NEIGHBOURS_OF: dict[SpinalLevel, tuple[Vertebra, Vertebra]] = {
    SpinalLevel.L1_L2: (Vertebra.L1, Vertebra.L2),
    SpinalLevel.L2_L3: (Vertebra.L2, Vertebra.L3),
    SpinalLevel.L3_L4: (Vertebra.L3, Vertebra.L4),
    SpinalLevel.L4_L5: (Vertebra.L4, Vertebra.L5),
    SpinalLevel.L5_S1: (Vertebra.L5, Vertebra.S1),
}
"""The vertebra above and the vertebra below each disc."""

LUMBAR: tuple[Vertebra, ...] = tuple(upper for upper, _ in NEIGHBOURS_OF.values())
"""L1 to L5, from the head down."""
