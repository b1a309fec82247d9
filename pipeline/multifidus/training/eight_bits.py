"""An exported network that computes in 8 bits; simulated slices tell the range of its values."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)

from multifidus.domain.volume import Plane
from multifidus.segmentation.inference import resized
from multifidus.segmentation.window import NETWORK_STRIDE
from multifidus.training.contrast import normalised
from multifidus.training.lean import without_transposed
from multifidus.training.phantoms import axial_phantoms

OPERATORS = ("Conv", "LeakyRelu", "Add", "Concat", "DepthToSpace")
"""What is computed in 8 bits; the last sum, which the softmax takes, comes out of it in 32."""

PEOPLE, SEED, EVERY = 4, 8, 3
"""Simulated people whose every third slice tells the ranges; none of them is a training person."""


class _Slices(CalibrationDataReader):  # type: ignore[misc]
    """Slices one after the other, as ONNX Runtime asks for them."""

    def __init__(self, name: str, shown: Sequence[np.ndarray]) -> None:
        self.left: Iterator[dict[str, np.ndarray]] = iter(
            [{name: plane[None, None].astype(np.float32)} for plane in shown]
        )

    def get_next(self) -> dict[str, np.ndarray] | None:
        """The next slice, None after the last."""
        return next(self.left, None)


def in_eight_bits(model: onnx.ModelProto, shown: Sequence[np.ndarray]) -> onnx.ModelProto:
    """The model with 8-bit values between its operators, and 7-bit weights per channel.

    shown: slices (H, W) in 0..1, at the network's spacing. 7 bits: with 8 the sums of two products
    overflow on processors without VNNI, where the labels would then be others.
    """
    options: dict[str, Any] = {"ActivationSymmetric": False}
    onnxruntime.set_default_logger_severity(3)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "eight_bits.onnx"
        quantize_static(
            without_transposed(model),
            path,
            _Slices(model.graph.input[0].name, shown),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=list(OPERATORS),
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
            extra_options=options,
        )
        return onnx.load(path)


def simulated_slices(bundle: Path) -> list[np.ndarray]:
    """Water, fat and T2 slices of simulated people as the bundle's network takes them, (H, W).

    None for a network of sagittal slices, which stays in 32 bits: nobody measured it in 8.
    """
    inference = json.loads((bundle / "configs" / "inference.json").read_text(encoding="utf-8"))
    if inference["plane"] != Plane.AXIAL:
        return []
    shown = []
    for case in axial_phantoms(PEOPLE, SEED)[::EVERY]:
        pixels = zip(case.labels.shape, case.pixel_mm, strict=True)
        size = [round(n * mm / inference["pixel_mm"]) for n, mm in pixels]
        rows, columns = (n // NETWORK_STRIDE * NETWORK_STRIDE for n in size)
        for image in case.channels:
            shown.append(resized(normalised(image, image), size)[:rows, :columns])
    return shown
