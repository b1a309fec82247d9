"""Header values that cannot be read are put out of the way before anyone asks for them."""

import math
from collections.abc import Sequence as ManyValues
from typing import Any

from pydicom.datadict import dictionary_has_tag, dictionary_VR, keyword_for_tag
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag

NUMBERS = {"DS", "IS", "FD", "FL", "US", "SS", "UL", "SL"}
TEXTS = {"CS", "LO", "LT", "SH", "ST", "UT"}

SCALE = {"RescaleSlope", "RescaleIntercept", "RealWorldValueSlope", "RealWorldValueIntercept"}
"""A slice that loses one of these, or Philips' private ones, would be taken as unscaled."""


def drop_unreadable(dataset: Dataset) -> None:
    """Remove values that are not of their kind, such as a spacing of `abc`, at every depth.

    What is then missing is told, or refused, as if it had never been written. Raises ValueError
    where the value is one of the scale, without which the pixels would silently be others.
    """
    for tag in list(dataset.keys()):
        try:
            value = dataset[tag].value
            readable = _is_of_its_kind(tag, value)
        except Exception:  # pydicom raises almost anything on bytes of another kind
            readable = False
        if readable and isinstance(value, Sequence):
            for item in value:
                drop_unreadable(item)
        elif not readable:
            name = keyword_for_tag(tag) or str(tag)
            if tag.is_private or name in SCALE:
                raise ValueError(f"the value of {name} is unreadable")
            del dataset[tag]


def _is_of_its_kind(tag: BaseTag, value: Any) -> bool:
    """Whether what the standard calls a number, a text or a sequence is one."""
    if not dictionary_has_tag(tag):
        return True
    kind = dictionary_VR(tag)
    if kind == "SQ" or isinstance(value, Sequence):
        return kind == "SQ" and isinstance(value, Sequence)
    if value in (None, ""):
        return True
    many = isinstance(value, ManyValues) and not isinstance(value, (str, bytes))
    values = list(value) if many else [value]
    if kind in NUMBERS:
        return all(math.isfinite(float(one)) for one in values)
    if kind == "UI":
        return isinstance(value, str)
    return kind not in TEXTS or all(isinstance(one, str) for one in values)
