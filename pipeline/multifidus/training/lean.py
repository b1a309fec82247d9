"""An exported network in operators that ONNX Runtime computes faster: the same function."""

from collections.abc import Iterable

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

TAPS = {0: {0: 1}, 1: {0: 2, 1: 0}}
"""Of a transposed convolution of 3 taps that doubles a row: for an even and an odd pixel of the
result, how far beyond the pixel before it each tap looks, and which tap that is."""


def lean(model: ModelProto) -> ModelProto:
    """One-slope PReLU as LeakyReLU, which is computed within the convolution; softmax in steps.

    ONNX Runtime's softmax over an inner axis copies the whole answer twice.
    """
    constants = _constants(model)
    nodes: list[NodeProto] = []
    for node in model.graph.node:
        if node.op_type == "PRelu" and constants[node.input[1]].size == 1:
            slope = float(constants[node.input[1]].ravel()[0])
            nodes.append(helper.make_node("LeakyRelu", node.input[:1], node.output, alpha=slope))
        elif node.op_type == "Softmax":
            nodes += _softmax_in_steps(model, node)
        else:
            nodes.append(node)
    return _with_nodes(model, nodes)


def without_transposed(model: ModelProto) -> ModelProto:
    """Convolutions that double a plane as ones that do not, and a rearrangement of their channels.

    More multiplications, but of a kind that has an 8-bit form. Only kernels of 3 x 3 with stride 2,
    as the networks have, are rewritten.
    """
    constants = _constants(model)
    nodes: list[NodeProto] = []
    for node in model.graph.node:
        if node.op_type != "ConvTranspose":
            nodes.append(node)
            continue
        (name,) = node.output
        kernel, bias = _four_planes(constants[node.input[1]]), constants[node.input[2]]
        for label, values in (("kernel", kernel), ("bias", np.tile(bias, 4))):
            _add_constant(model, f"{name}_{label}", values)
        inputs = [node.input[0], f"{name}_kernel", f"{name}_bias"]
        nodes += [
            helper.make_node("Conv", inputs, [f"{name}_planes"], pads=[0, 0, 1, 1]),
            helper.make_node("DepthToSpace", [f"{name}_planes"], [name], blocksize=2),
        ]
    return _with_nodes(model, nodes)


def _four_planes(kernel: np.ndarray) -> np.ndarray:
    """(I, O, 3, 3) of the doubling to (4 O, I, 2, 2): even and odd rows, even and odd columns."""
    taken, given = kernel.shape[:2]
    planes = np.zeros((2, 2, given, taken, 2, 2), kernel.dtype)
    for row, row_taps in TAPS.items():
        for column, column_taps in TAPS.items():
            for down, i in row_taps.items():
                for right, j in column_taps.items():
                    planes[row, column, :, :, down, right] = kernel[:, :, i, j].T
    return planes.reshape(4 * given, taken, 2, 2)


def _softmax_in_steps(model: ModelProto, node: NodeProto) -> list[NodeProto]:
    (logits,), (answer,) = node.input, node.output
    _add_constant(model, "classes_axis", np.array([1], np.int64))
    over = ["classes_axis"]
    return [
        helper.make_node("ReduceMax", [logits, *over], ["highest"], keepdims=1),
        helper.make_node("Sub", [logits, "highest"], ["below_highest"]),
        helper.make_node("Exp", ["below_highest"], ["odds"]),
        helper.make_node("ReduceSum", ["odds", *over], ["sum_of_odds"], keepdims=1),
        helper.make_node("Div", ["odds", "sum_of_odds"], [answer]),
    ]


def _constants(model: ModelProto) -> dict[str, np.ndarray]:
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}


def _add_constant(model: ModelProto, name: str, values: np.ndarray) -> None:
    tensor: TensorProto = numpy_helper.from_array(values, name)
    model.graph.initializer.append(tensor)


def _with_nodes(model: ModelProto, nodes: Iterable[NodeProto]) -> ModelProto:
    """The model with these nodes, and no constant that none of them takes."""
    changed = ModelProto()
    changed.CopyFrom(model)
    del changed.graph.node[:]
    changed.graph.node.extend(nodes)
    taken = {name for node in changed.graph.node for name in node.input}
    kept = [tensor for tensor in changed.graph.initializer if tensor.name in taken]
    del changed.graph.initializer[:]
    changed.graph.initializer.extend(kept)
    del changed.graph.value_info[:]
    return changed
