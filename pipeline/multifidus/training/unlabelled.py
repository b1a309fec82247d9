"""Which images without outlines teach one weights file: couples, and slices for a consensus."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from multifidus.training.cases import LabelledSlice
from multifidus.training.couples import Couple, couples_of
from multifidus.training.gathering import NATIVE, PAIRS, require_folders
from multifidus.training.plain_slices import PlainSlice, chosen_slices, native_slices, of_others
from multifidus.training.settings import TrainingSettings


@dataclass(frozen=True)
class Unlabelled:
    """What teaches without outlines, none of it of anybody left out.

    couples: teach the T2 look, and help each other to a consensus. slices: on which a consensus is
    sought, those without outlines.
    """

    couples: tuple[Couple, ...] = ()
    slices: tuple[PlainSlice, ...] = ()

    @property
    def everything(self) -> list[PlainSlice]:
        """Each image once."""
        coupled = [one for couple in self.couples for one in (couple.t1, couple.t2)]
        return list({one.name: one for one in (*coupled, *self.slices)}.values())

    @property
    def people(self) -> set[str]:
        """Whoever is, or may be, in one of the images."""
        return {person for one in self.everything for person in one.people}

    @property
    def cases(self) -> list[LabelledSlice]:
        """The images with nothing outlined, to be fingerprinted."""
        return [one.labelled(np.zeros(one.image.shape, np.uint8)) for one in self.everything]


NOTHING = Unlabelled()


def unlabelled_of(settings: TrainingSettings, left_out: Collection[str]) -> Unlabelled:
    """The images without outlines that the settings let teach; nothing where they do not.

    Couples are sought among everyone's images, so that a slice whose partner is left out finds no
    wrong one. Raises InputError for a folder that is not there.
    """
    if settings.contrasts is None or not (settings.t2_look or settings.self_training):
        return NOTHING
    require_folders(settings.data, NATIVE)
    native = native_slices(settings.data / NATIVE, settings.contrasts)
    couples = [
        couple for couple in couples_of(native) if len(of_others(couple.both, left_out)) == 2
    ]
    how = settings.self_training
    if how is None:
        return Unlabelled(tuple(couples))
    require_folders(settings.data, PAIRS)
    slices = [one for one in of_others(native, left_out) if not one.is_outlined]
    chosen = chosen_slices(settings.data / PAIRS, left_out, how.slices, how.seed)
    return Unlabelled(tuple(couples), (*slices, *chosen))
