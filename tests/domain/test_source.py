"""A reference to stored images holds every UID that is needed to write beside them."""

import pytest

from multifidus.domain.source import SourceInstance, SourceRef


def one_slice(number: int, series: str = "1.2.3", frame_of_reference: str = "1.9") -> SourceRef:
    instance = SourceInstance("1.2.840.10008.5.1.4.1.1.4", f"1.2.3.{number}")
    return SourceRef("1.2", series, frame_of_reference, (instance,))


def test_slices_of_one_series_are_joined_in_the_order_given():
    joined = SourceRef.joined([one_slice(3), one_slice(1), one_slice(2)])
    assert [instance.sop_instance_uid for instance in joined.instances] == [
        "1.2.3.3",
        "1.2.3.1",
        "1.2.3.2",
    ]
    assert (joined.study_uid, joined.series_uid, joined.frame_of_reference_uid) == (
        *("1.2", "1.2.3", "1.9"),
    )


@pytest.mark.parametrize(
    "other", [one_slice(2, series="1.2.4"), one_slice(2, frame_of_reference="")]
)
def test_slices_of_two_series_are_not_joined(other):
    with pytest.raises(ValueError, match="of 2 series"):
        SourceRef.joined([one_slice(1), other])


def test_a_reference_without_a_uid_or_a_slice_is_none():
    with pytest.raises(ValueError, match="SOP class or instance"):
        SourceInstance("", "1.2.3.1")
    with pytest.raises(ValueError, match="SOP class or instance"):
        SourceInstance("1.2.840.10008.5.1.4.1.1.4", "")
    with pytest.raises(ValueError, match="study or series"):
        one_slice(1, series="")
    with pytest.raises(ValueError, match="study or series"):
        SourceRef("1.2", "1.2.3", "", ())


def test_its_text_shows_no_uid():
    assert repr(SourceRef.joined([one_slice(1), one_slice(2)])) == "SourceRef(2 instances)"
    assert "1.2" not in repr(one_slice(1).instances)
