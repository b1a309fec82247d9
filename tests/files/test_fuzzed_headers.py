"""Valid files spoilt at random: a clear line or the right answer, no crash, hang or wrong side.

Each mutation spoils one file of a study of water, fat and sagittal images, or the enhanced file.
"""

import contextlib
import random
import shutil
import signal
from collections import Counter
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom import config
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.tag import Tag

from multifidus.domain.errors import MultifidusError
from multifidus.domain.study import SeriesRole
from multifidus.domain.volume import Volume
from multifidus.files.dicom.study import read_dicom_study
from tests.helpers.dicom_files import SMALL, SPIN_ECHO_T2, dixon, enhanced_of, write
from tests.helpers.phantoms import axial_geometry

# pydicom warns of each spoilt value.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

CLASSIC, ENHANCED = 1600, 400
SECONDS = 10
SAGITTAL = axial_geometry((5, 9, 12), (4.0, 1.0, 1.0))
SPOILT = """
    Rows Columns BitsAllocated BitsStored HighBit PixelRepresentation SamplesPerPixel PixelSpacing
    ImagePositionPatient ImageOrientationPatient SliceThickness SpacingBetweenSlices RescaleSlope
    RescaleIntercept InstanceNumber SeriesNumber SeriesInstanceUID StudyInstanceUID SOPInstanceUID
    SOPClassUID FrameOfReferenceUID ImageType EchoTime RepetitionTime FlipAngle InversionTime
    ScanningSequence SequenceVariant ScanOptions MagneticFieldStrength SeriesDescription Modality
    PhotometricInterpretation NumberOfFrames PatientPosition SpecificCharacterSet
""".split()  # noqa: SIM905
BAD_VALUES = rb"""
    NaN inf -1 0 1e308 99999999 -0.0\0 1\2\3 abc 1,5 \\\ 1.2.3 0\0\0\0\0\0 1\0\0\1\0\0
""".split()
BAD_VALUES += [b"", b" ", b"\xff\xfe\x00", b"1" * 70]


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> tuple[Path, dict[SeriesRole, Volume]]:
    folder = tmp_path_factory.mktemp("valid")
    geometry = axial_geometry(SMALL)
    return folder, {
        SeriesRole.AXIAL_WATER: write(folder / "w", dixon("WATER"), 1, geometry),
        SeriesRole.AXIAL_FAT: write(folder / "f", dixon("FAT"), 2, geometry),
        SeriesRole.SAGITTAL_T2: write(folder / "s", SPIN_ECHO_T2, 3, SAGITTAL),
    }


@pytest.fixture(scope="module")
def enhanced(tmp_path_factory) -> tuple[Path, dict[SeriesRole, Volume]]:
    folder = tmp_path_factory.mktemp("enhanced")
    volume = write(folder, SPIN_ECHO_T2, 1)
    enhanced_of(folder)
    return folder, {SeriesRole.AXIAL_T2: volume}


def truncate(path: Path, chance: random.Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: chance.randrange(len(content))])


def flip_bytes(path: Path, chance: random.Random) -> None:
    """Up to four bytes before the pixels."""
    content = bytearray(path.read_bytes())
    end = content.find(b"\xe0\x7f\x10\x00")
    for _ in range(chance.randint(1, 4)):
        content[chance.randrange(end)] = chance.randrange(256)
    path.write_bytes(bytes(content))


def spoil_value(path: Path, chance: random.Random) -> None:
    """One tag gets bytes that are no value of its kind, under its own VR or another."""
    dataset = pydicom.dcmread(path)
    tag = Tag(chance.choice(SPOILT))
    vr = dictionary_VR(tag) if chance.random() < 0.6 else chance.choice(["LO", "UL", "SQ", "FD"])
    value = chance.choice(BAD_VALUES) if chance.random() < 0.7 else chance.randbytes(8)
    value += b" " * (len(value) % 2)
    raw = RawDataElement(tag, vr, len(value), value, 0, False, True)
    holders = [dataset]
    for name in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        for item in dataset.get(name) or ():
            holders += [inner for element in item for inner in element.value]
    there = [holder for holder in holders if tag in holder] or [dataset]
    chance.choice(there)[tag] = raw
    _save(dataset, path)


def remove_tag(path: Path, chance: random.Random) -> None:
    dataset = pydicom.dcmread(path)
    del dataset[chance.choice([element.tag for element in dataset])]
    _save(dataset, path)


def huge_value(path: Path, chance: random.Random) -> None:
    dataset = pydicom.dcmread(path)
    name = chance.choice(("Rows", "Columns", "NumberOfFrames", "PixelSpacing", "SliceThickness"))
    value = {"PixelSpacing": [1e30, 1e30], "NumberOfFrames": 2_000_000_000}.get(name, 65535)
    dataset[name] = DataElement(Tag(name), dictionary_VR(name), value)
    _save(dataset, path)


def borrow_uid(path: Path, chance: random.Random) -> None:
    """The UID of another file of the study, or one that all files had in common changed."""
    others = sorted(path.parent.parent.rglob("*.dcm"))
    other = pydicom.dcmread(chance.choice(others), stop_before_pixels=True)
    dataset = pydicom.dcmread(path)
    name = chance.choice(
        ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "FrameOfReferenceUID")
    )
    setattr(dataset, name, other[name].value if chance.random() < 0.7 else "1.2.3.4")
    _save(dataset, path)


def double_file(path: Path, chance: random.Random) -> None:
    shutil.copy(path, path.with_name("again.dcm"))
    if chance.random() < 0.5:
        spoil_value(path.with_name("again.dcm"), chance)


def _save(dataset: pydicom.Dataset, path: Path) -> None:
    with contextlib.suppress(Exception):  # what pydicom cannot write ends where it gave up
        dataset.save_as(path, enforce_file_format=False)


MUTATIONS = (truncate, flip_bytes, spoil_value, spoil_value, remove_tag, huge_value, borrow_uid)


def outcome(folder: Path, truth: dict[SeriesRole, Volume]) -> str:
    """What reading the folder gave. Raises AssertionError for a wrong image, passes on a crash."""
    try:
        found = read_dicom_study(folder, "p")
    except MultifidusError as error:
        assert str(error) and "\n" not in str(error)
        return "refused"
    for one in found.series:
        if one.role in truth:  # a series of another contrast than before raises no such question
            require_part(one.volume, truth[one.role])
    return "all read" if {one.role for one in found.series} == set(truth) else "part read"


def require_part(got: Volume, true: Volume) -> None:
    """The same slices at the same places; a spoilt one may have been told apart at an end.

    A rescale slope or intercept may have been spoilt into another number.
    """
    across = int(np.argmax(true.geometry.spacing_mm))
    offset = true.geometry.to_index(got.geometry.to_mm(np.zeros(3)))
    first = round(float(offset[across]))
    count = got.geometry.shape[across]
    assert np.allclose(offset, first * np.eye(3)[across], atol=0.01)
    assert np.allclose(got.geometry.affine[:3, :3], true.geometry.affine[:3, :3], atol=1e-3)
    part = np.moveaxis(true.voxels, across, 0)[first : first + count]
    found = np.moveaxis(got.voxels, across, 0)
    assert found.shape == part.shape
    for one, other in zip(found, part, strict=True):
        constant = np.ptp(one) == 0
        assert constant or abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) > 0.999


def run(study, mutations: int, seed: int, tmp_path: Path) -> Counter[str]:
    folder, truth = study
    outcomes: Counter[str] = Counter()
    signal.signal(signal.SIGALRM, _hung)
    for number in range(mutations):
        chance = random.Random(f"{seed} {number}")
        spoilt = tmp_path / str(number)
        shutil.copytree(folder, spoilt)
        path = chance.choice(sorted(spoilt.rglob("*.dcm")))
        mutate = chance.choice((*MUTATIONS, double_file))
        with pytest.MonkeyPatch.context() as patch:  # pydicom is to write what it holds for wrong
            patch.setattr(config, "convert_wrong_length_to_UN", True)
            mutate(path, chance)
        signal.alarm(SECONDS)
        try:
            outcomes[outcome(spoilt, truth)] += 1
        except Exception as error:
            error.add_note(f"mutation {number}: {mutate.__name__} of {path}")
            raise
        finally:
            signal.alarm(0)
        shutil.rmtree(spoilt)
    return outcomes


def _hung(*_: object) -> None:
    raise TimeoutError(f"reading took more than {SECONDS} s")


def test_spoilt_classic_files_are_refused_or_read_rightly(study, tmp_path):
    outcomes = run(study, CLASSIC, 1, tmp_path)
    assert outcomes.total() == CLASSIC
    assert min(outcomes["refused"], outcomes["all read"]) > CLASSIC / 5


def test_spoilt_enhanced_files_are_refused_or_read_rightly(enhanced, tmp_path):
    outcomes = run(enhanced, ENHANCED, 2, tmp_path)
    assert outcomes.total() == ENHANCED
    assert min(outcomes["refused"], outcomes["all read"]) > ENHANCED / 10
