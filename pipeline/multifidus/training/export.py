"""A trained network as ONNX: in 32 bits, its weights stored in 16, or computing in 8 bits."""

import logging
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from multifidus.domain.errors import InputError
from multifidus.training.eight_bits import in_eight_bits
from multifidus.training.fit import network_of
from multifidus.training.lean import lean

logging.getLogger("torch.onnx._internal.exporter._registration").addFilter(
    # the networks use no operator of torchvision, which the project does not install
    lambda record: "torchvision is not installed" not in record.getMessage()
)

LEAST_NUMBERS = 64
"""Smaller tensors stay in 32 bits: nothing is saved."""


def onnx_of(
    bundle: Path, weights: Mapping[str, torch.Tensor], shown: Sequence[np.ndarray] = ()
) -> bytes:
    """The bundle's network, softmax included, from 32-bit weights: (B, 1, H, W) to (B, C, H, W).

    H and W are multiples of 16. shown: slices (H, W) in 0..1 from which the ranges of 8-bit values
    are told; without them the network computes in 32 bits. The same weights give the same bytes.
    """
    network = network_of(bundle)
    network.load_state_dict(weights)
    whole = torch.nn.Sequential(network, torch.nn.Softmax(dim=1)).eval()
    free = torch.export.Dim.AUTO
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            whole,
            (torch.zeros(2, 1, 160, 128),),
            dynamo=True,
            verbose=False,
            input_names=["image"],
            output_names=["probability"],
            dynamic_shapes=({0: free, 2: free, 3: free},),
        )
    if program is None:
        raise InputError(f"{bundle}: its network could not be written as ONNX")
    model = lean(program.model_proto)
    return _written(in_eight_bits(model, shown) if shown else _with_half_weights(model))


def _with_half_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model with its large float32 constants stored as float16 and cast back when loaded."""
    casts = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < LEAST_NUMBERS:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
        casts.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model


def _written(model: onnx.ModelProto) -> bytes:
    """The model's bytes, without what tells of the machine it was made on."""
    for entry in (model.graph, *model.graph.node):
        del entry.metadata_props[:]
        entry.doc_string = ""
    del model.metadata_props[:]
    return model.SerializeToString(deterministic=True)
