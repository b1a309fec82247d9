"""Values read from a file: a name without a field is refused."""

from dataclasses import FrozenInstanceError, field

import pytest
from pydantic import TypeAdapter, ValidationError

from multifidus.domain.errors import strict


@strict
class Slab:
    thickness_mm: float
    names: tuple[str, ...] = field(default=())


def test_a_misspelt_name_is_refused():
    with pytest.raises(ValidationError, match="thicknes_mm"):
        TypeAdapter(Slab).validate_python({"thickness_mm": 4.0, "thicknes_mm": 4.0})


def test_a_strict_value_is_frozen_and_equal_by_its_fields():
    slab = Slab(4.0)
    assert slab == Slab(4.0, ())
    with pytest.raises(FrozenInstanceError):
        slab.thickness_mm = 5.0
