"""Fat of outlined muscles: Dixon, a fraction map, or the brightness of T1 or T2 alone.

This is the door to fat by brightness: what lies in `signal` is imported from nowhere else, and is
loaded when it is asked for, since a Dixon study does without.
"""

from typing import TYPE_CHECKING

from multifidus.domain.settings import FatSettings
from multifidus.domain.volume import LabelMap, Volume

if TYPE_CHECKING:
    from multifidus.muscle.fat.signal.signal_fat import SignalFat


def signal_fat(image: Volume, labels: LabelMap, settings: FatSettings) -> "SignalFat":
    """A T1 or T2 stack as a source of fat, corrected, between its own lean muscle and fat.

    labels: the muscles on the image's grid. Raises InputError with the reason where the stack
    tells no fat, GeometryError for labels of another grid.
    """
    from multifidus.muscle.fat.signal import signal_fat as by_brightness

    return by_brightness.signal_fat(image, labels, settings)


def cut_off_by_window(image: Volume, labels: LabelMap) -> tuple[str, ...]:
    """A sentence where the picture's window cuts lean muscle off, else none.

    labels: the muscles on the image's grid.
    """
    from multifidus.muscle.fat.signal import signal_fat as by_brightness

    return by_brightness.cut_off_by_window(image, labels)
