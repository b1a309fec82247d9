"""The vertebrae labelled on sagittal slices."""

import numpy as np

from multifidus.domain.errors import InputError
from multifidus.domain.spine import LabelledVertebrae
from multifidus.domain.volume import LabelMap, Plane, Volume
from multifidus.segmentation.bundle import Bundle
from multifidus.segmentation.inference import slice_probabilities
from multifidus.segmentation.numbering import number_bodies


def segment_vertebrae(bundle: Bundle, image: Volume) -> LabelledVertebrae:
    """Vertebrae on a sagittal image, values of `domain.anatomy.VERTEBRA_LABEL_OF`, and doubts.

    Raises InputError where the image is not a sagittal stack or shows no vertebra.
    """
    if image.geometry.plane is not Plane.SAGITTAL or bundle.plane is not Plane.SAGITTAL:
        raise InputError(f"vertebrae are labelled on sagittal slices, not {image.geometry.plane}")
    slices = [
        probability[0].astype(np.float16) for probability in slice_probabilities(bundle, [image])
    ]
    found = number_bodies(np.stack(slices, axis=1), np.asarray(image.geometry.affine))
    if not found.labels.any():
        raise InputError("no vertebra was found; does the image show the lumbar spine, sagittal?")
    return LabelledVertebrae(LabelMap(found.labels, image.geometry), found.doubts)
