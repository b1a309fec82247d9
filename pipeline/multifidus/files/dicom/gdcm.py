"""JPEG Lossless pixels, which pydicom decodes only with a GPL library, read by SimpleITK's GDCM."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate, get_frame
from pydicom.uid import (
    JPEGLossless,
    JPEGLosslessSV1,
    SecondaryCaptureImageStorage,
)

GDCM_SYNTAXES = (JPEGLosslessSV1, JPEGLossless)
PIXEL_FORM = (
    "Rows",
    "Columns",
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
)


def decode_with_gdcm(dataset: Dataset, frame: int) -> np.ndarray:
    """Stored values (rows, columns) of one frame of a compressed data set.

    The frame goes through a file of its own that holds nothing but pixels, so that GDCM applies
    no rescale. Raises RuntimeError for a frame that GDCM cannot decode.
    """
    import SimpleITK  # takes a second to load; few studies need it

    with TemporaryDirectory() as folder:
        path = Path(folder) / "frame.dcm"
        _pixels_alone(dataset, frame).save_as(path, enforce_file_format=True)
        return np.asarray(SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path))))[0]


def _pixels_alone(dataset: Dataset, frame: int) -> Dataset:
    alone = Dataset()
    for name in PIXEL_FORM:
        setattr(alone, name, dataset[name].value)
    count = int(dataset.get("NumberOfFrames") or 1)
    alone.PixelData = encapsulate([get_frame(dataset.PixelData, frame, number_of_frames=count)])
    alone["PixelData"].is_undefined_length = True
    alone.SOPClassUID = SecondaryCaptureImageStorage
    alone.SOPInstanceUID = "1.2.3"
    alone.file_meta = FileMetaDataset()
    alone.file_meta.TransferSyntaxUID = dataset.file_meta.TransferSyntaxUID
    return alone
