"""Makes the ONNX files of src/test/resources/backbones; needs the packages onnx and numpy.

    python src/test/python/backbones.py src/test/resources/backbones

The weights follow a formula that OnnxBackboneTest has again, so that it can compute features for itself.
"""

import pathlib
import sys

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

FLOAT = TensorProto.FLOAT


def weights(outputs, inputs, kernel):
    o, c, i, j = np.indices((outputs, inputs, kernel, kernel))
    return (((7 * o + 3 * c + 5 * i + 2 * j) % 11 - 5) / 16).astype(np.float32)


def convolution(name, source, target, outputs, inputs, stride):
    """A convolution of 3x3 with padding 1, and its ReLU."""
    kernel = numpy_helper.from_array(weights(outputs, inputs, 3), name + ".weight")
    nodes = [
        helper.make_node("Conv", [source, name + ".weight"], [name + ".sums"], pads=[1, 1, 1, 1], strides=[stride, stride]),
        helper.make_node("Relu", [name + ".sums"], [target]),
    ]
    return nodes, [kernel]


def model(nodes, inputs, outputs, initializers, domain=""):
    graph = helper.make_graph(nodes, "backbone", inputs, outputs, initializers)
    opsets = [helper.make_opsetid("", 13)] + ([helper.make_opsetid(domain, 1)] if domain else [])
    return helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="narrows tests")


def grids(size, batch=1):
    """Two convolutions, whose results are both outputs."""
    first, a = convolution("first", "image", "fine", 4, 3, 2)
    second, b = convolution("second", "fine", "coarse", 6, 4, 2)
    half, quarter = (size // 2, size // 4) if isinstance(size, int) else ("h2", "h4")
    return model(
        first + second,
        [helper.make_tensor_value_info("image", FLOAT, [batch, 3, size, size])],
        [
            helper.make_tensor_value_info("fine", FLOAT, [batch, 4, half, half]),
            helper.make_tensor_value_info("coarse", FLOAT, [batch, 6, quarter, quarter]),
        ],
        a + b,
    )


def channels_last():
    """The first convolution for images [1, height, width, 3]."""
    nodes, kernels = convolution("first", "first.image", "first.grid", 4, 3, 2)
    nodes.insert(0, helper.make_node("Transpose", ["image"], ["first.image"], perm=[0, 3, 1, 2]))
    nodes.append(helper.make_node("Transpose", ["first.grid"], ["fine"], perm=[0, 2, 3, 1]))
    return model(
        nodes,
        [helper.make_tensor_value_info("image", FLOAT, [1, 16, 16, 3])],
        [helper.make_tensor_value_info("fine", FLOAT, [1, 8, 8, 4])],
        kernels,
    )


def one_node(operator, shape, out_shape, kind=FLOAT, out_kind=FLOAT, domain="", inputs=("image",), **attributes):
    node = helper.make_node(operator, list(inputs), ["out"], domain=domain, **attributes)
    return model(
        [node],
        [helper.make_tensor_value_info(name, kind, shape) for name in inputs],
        [helper.make_tensor_value_info("out", out_kind, out_shape)],
        [],
        domain,
    )


def external():
    """A model whose weights would lie in a file of their own."""
    made = grids(16)
    kernel = made.graph.initializer[0]
    kernel.ClearField("raw_data")
    kernel.data_location = TensorProto.EXTERNAL
    for key, value in (("location", "weights.bin"), ("offset", "0"), ("length", str(4 * 4 * 3 * 9))):
        entry = kernel.external_data.add()
        entry.key, entry.value = key, value
    return made


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        "grids": grids(16),
        "any-size": grids("side", "n"),
        "channels-last": channels_last(),
        "batch-of-two": grids(16, 2),
        "flat": one_node("Flatten", [1, 3, 16, 16], [1, 768]),
        "rank-two": one_node("Relu", [1, 48], [1, 48]),
        "bytes": one_node("Cast", [1, 3, 16, 16], [1, 3, 16, 16], kind=TensorProto.UINT8, to=FLOAT),
        "double-output": one_node("Cast", [1, 3, 16, 16], [1, 3, 16, 16], out_kind=TensorProto.DOUBLE, to=TensorProto.DOUBLE),
        "two-inputs": one_node("Add", [1, 3, 16, 16], [1, 3, 16, 16], inputs=("image", "mask")),
        "not-square": one_node("Relu", [1, 3, 16, 24], [1, 3, 16, 24]),
        "one-channel": one_node("Relu", [1, 1, 16, 16], [1, 1, 16, 16]),
        "custom": one_node("Mystery", [1, 3, 16, 16], [1, 3, 16, 16], domain="com.example"),
        "infinite": one_node("Reciprocal", [1, 3, 16, 16], [1, 3, 16, 16]),
        "external": external(),
    }
    for name, proto in made.items():
        if name not in ("custom", "external"):
            checker.check_model(proto)
        save(proto, folder / f"{name}.onnx")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
