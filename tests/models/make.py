#!/usr/bin/python3
"""Writes the small networks beside it, which tests import and run: python3 tests/models/make.py. Needs PyTorch and onnx."""
import os
import warnings

import numpy as np
import onnx
import torch
import torch.nn as nn
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
FREE = {"x": {0: "batch", 2: "height", 3: "width"}, "y": {0: "batch", 2: "y_height", 3: "y_width"}}


class Smooth(nn.Module):
    """A 3 x 3 binomial filter: what comes out is known."""

    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(1, 1, 3, padding=1, bias=False)
        k = torch.tensor([1.0, 2.0, 1.0])
        self.c.weight.data = (k[:, None] * k / 16)[None, None]

    def forward(self, x):
        return self.c(x)


class UNet(nn.Module):
    """Two strides of two and back, with a skip: height and width must be multiples of four."""

    def __init__(self, upscale=1, frames=1):
        super().__init__()
        self.a = nn.Conv2d(frames, 4, 3, 2, 1)
        self.b = nn.Conv2d(4, 8, 3, 2, 1)
        self.up = nn.ConvTranspose2d(8, 4, 2, 2)
        self.out = nn.ConvTranspose2d(8, 1, 2 * upscale, 2 * upscale)

    def forward(self, x):
        a = torch.relu(self.a(x))
        return self.out(torch.cat((a, self.up(torch.relu(self.b(a)))), 1))


class Whole(nn.Module):
    """Looks at the whole frame, as squeeze-and-excitation does: tiles of it cannot fit together."""

    def forward(self, x):
        return x - x.mean((2, 3), keepdim=True)


class Weighted(nn.Module):
    """The sum of frames, the i-th times i + 1, on a grid twice as fine: which frame went where can be read off."""

    def __init__(self, frames):
        super().__init__()
        self.c = nn.ConvTranspose2d(frames, 1, 2, 2, bias=False)
        self.c.weight.data = (torch.arange(frames) + 1.0)[:, None, None, None].expand(frames, 1, 2, 2).contiguous()

    def forward(self, x):
        return self.c(x)


class Picked(nn.Module):
    """One of two planes, as it is."""

    def __init__(self, plane):
        super().__init__()
        self.c = nn.Conv2d(2, 1, 1, bias=False)
        self.c.weight.data = (torch.arange(2) == plane).float()[None, :, None, None]

    def forward(self, x):
        return self.c(x)


class NotFinite(nn.Module):
    def forward(self, x):
        return torch.log(x - 1e9)


def export(model, name, shape=(1, 1, 16, 16), free=True):
    torch.manual_seed(3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(model.eval(), torch.rand(shape), os.path.join(HERE, name + ".onnx"), input_names=["x"], output_names=["y"],
                          opset_version=13, dynamic_axes=FREE if free else None)


def write(name, nodes, inputs, outputs, weights=()):
    """A network as another exporter would write it."""
    def info(entry):
        n, kind, shape = entry
        return helper.make_tensor_value_info(n, kind, shape)
    graph = helper.make_graph(nodes, name, [info(i) for i in inputs], [info(o) for o in outputs],
                              [numpy_helper.from_array(np.asarray(v), n) for n, v in weights])
    model = helper.make_model(graph, producer_name="tf2onnx", opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, os.path.join(HERE, name + ".onnx"))


def keras(name, channels_in, channels_out):
    """Channels last with transposes around a convolution, as tf2onnx writes Keras models."""
    kernel = np.random.default_rng(5).normal(0, 0.3, (channels_out, channels_in, 3, 3)).astype(np.float32)
    write(name,
          [helper.make_node("Transpose", ["input_1"], ["t"], perm=[0, 3, 1, 2]),
           helper.make_node("Conv", ["t", "k"], ["c"], auto_pad="SAME_UPPER", kernel_shape=[3, 3]),
           helper.make_node("Transpose", ["c"], ["conv2d"], perm=[0, 2, 3, 1])],
          [("input_1", TensorProto.FLOAT, ["unk__1", "unk__2", "unk__3", channels_in])],
          [("conv2d", TensorProto.FLOAT, ["unk__4", "unk__5", "unk__6", channels_out])], [("k", kernel)])


def main():
    torch.manual_seed(1)
    export(Smooth(), "smooth")
    export(UNet(), "unet4")
    export(UNet(upscale=2), "finer2")
    export(UNet(frames=3), "three-frames", (1, 3, 16, 16))
    export(UNet(), "fixed64", (1, 1, 64, 64), free=False)
    export(Whole(), "whole-frame")
    export(NotFinite(), "not-finite")
    for frames in (3, 9):
        export(Weighted(frames), f"weighted{frames}", (1, frames, 16, 16))
    for plane, name in enumerate(("first", "second")):
        export(Picked(plane), f"{name}-of-two", (1, 2, 16, 16))
    keras("channels-last", 1, 1)
    keras("channels-last-rgb", 3, 3)
    volume = [("x", TensorProto.FLOAT, [1, 1, "d", "h", "w"])], [("y", TensorProto.FLOAT, [1, 1, "d", "h", "w"])]
    write("volume", [helper.make_node("Relu", ["x"], ["y"])], *volume)
    write("two-inputs", [helper.make_node("Add", ["x", "state"], ["y"])],
          [("x", TensorProto.FLOAT, [1, 1, "h", "w"]), ("state", TensorProto.FLOAT, [1, 1, "h", "w"])], [("y", TensorProto.FLOAT, [1, 1, "h", "w"])])
    write("half-precision", [helper.make_node("Relu", ["x"], ["y"])],
          [("x", TensorProto.FLOAT16, [1, 1, "h", "w"])], [("y", TensorProto.FLOAT16, [1, 1, "h", "w"])])
    write("labels", [helper.make_node("GlobalAveragePool", ["x"], ["g"]), helper.make_node("Flatten", ["g"], ["y"])],
          [("x", TensorProto.FLOAT, [1, 1, "h", "w"])], [("y", TensorProto.FLOAT, [1, 1])])


if __name__ == "__main__":
    main()
