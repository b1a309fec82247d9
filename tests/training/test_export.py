"""An exported network is the one that was trained, in 32 bits to the last digits, in 8 nearly."""

import numpy as np
import pytest
import torch
from onnx import ModelProto, TensorProto, helper, numpy_helper

from multifidus.domain.masks import dice
from multifidus.files.paths import bundle_folder
from multifidus.segmentation.runtime import onnx_runtime, torch_runtime
from multifidus.simulation.phantom import random_axial_slices
from multifidus.training.bundle import read_weights
from multifidus.training.contrast import normalised
from multifidus.training.eight_bits import simulated_slices
from multifidus.training.export import onnx_of
from multifidus.training.lean import lean, without_transposed

pytestmark = pytest.mark.slow


def model_of(nodes, constants, inputs=("image",)):
    places = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 3, 5, 6]) for n in inputs]
    answer = helper.make_tensor_value_info("answer", TensorProto.FLOAT, None)
    tensors = [numpy_helper.from_array(values, name) for name, values in constants.items()]
    graph = helper.make_graph(nodes, "small", places, [answer], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def answer_of(model: ModelProto, image):
    return onnx_runtime(model.SerializeToString())(image)


def test_a_doubling_convolution_is_one_that_rearranges_its_channels():
    rng = np.random.default_rng(0)
    kernel, bias = rng.normal(size=(3, 4, 3, 3)), rng.normal(size=4)
    image = rng.normal(size=(1, 3, 5, 6)).astype(np.float32)
    constants = {"kernel": kernel.astype(np.float32), "bias": bias.astype(np.float32)}
    how = {"strides": [2, 2], "pads": [1, 1, 1, 1], "output_padding": [1, 1]}
    node = helper.make_node("ConvTranspose", ["image", *constants], ["answer"], **how)
    rewritten = without_transposed(model_of([node], constants))
    assert [node.op_type for node in rewritten.graph.node] == ["Conv", "DepthToSpace"]
    expected = torch.nn.functional.conv_transpose2d(
        *(torch.tensor(x) for x in (image, constants["kernel"], constants["bias"])), 2, 1, 1
    )
    np.testing.assert_allclose(answer_of(rewritten, image), expected.numpy(), atol=1e-5)


def test_softmax_in_steps_is_the_softmax_and_one_slope_is_leaky():
    image = np.random.default_rng(0).normal(0, 30, (1, 3, 5, 6)).astype(np.float32)
    slope = {"slope": np.full((1, 1, 1), 0.2, np.float32)}
    nodes = [
        helper.make_node("PRelu", ["image", "slope"], ["bent"]),
        helper.make_node("Softmax", ["bent"], ["answer"], axis=1),
    ]
    rewritten = lean(model_of(nodes, slope))
    assert not {"PRelu", "Softmax"} & {node.op_type for node in rewritten.graph.node}
    expected = torch.nn.functional.leaky_relu(torch.tensor(image), 0.2).softmax(dim=1)
    np.testing.assert_allclose(answer_of(rewritten, image), expected.numpy(), atol=1e-6)


def test_in_32_bits_an_exported_network_answers_as_pytorch_does():
    bundle = bundle_folder("vertebrae_sagittal")
    assert simulated_slices(bundle) == []
    slices = np.random.default_rng(1).random((2, 1, 96, 112)).astype(np.float32)
    exported = onnx_runtime(onnx_of(bundle, read_weights(bundle, "model.pt")))(slices)
    original = torch_runtime(bundle, (bundle / "models" / "model.pt").read_bytes())(slices)
    np.testing.assert_allclose(exported, original, atol=5e-3)


def test_in_8_bits_an_exported_network_outlines_as_pytorch_does():
    bundle = bundle_folder("mf_es_t1_t2")
    content = onnx_of(bundle, read_weights(bundle, "model.pt"), simulated_slices(bundle)[:6])
    drawn = random_axial_slices(np.random.default_rng(4321), 1, 1.0, (256.0, 256.0))
    plane = drawn.t2[:256, :192, 0]
    plane = np.pad(plane, [(0, -n % 16) for n in plane.shape])
    slices = normalised(plane, plane)[None, None]
    original = torch_runtime(bundle, (bundle / "models" / "model.pt").read_bytes())(slices)
    exported = onnx_runtime(content)(slices)
    labels, expected = exported.argmax(axis=1), original.argmax(axis=1)
    assert min(dice(labels == k, expected == k) for k in range(1, 5)) > 0.95
    whole = onnx_of(bundle, read_weights(bundle, "model.pt"))
    assert len(content) < 0.7 * len(whole)
