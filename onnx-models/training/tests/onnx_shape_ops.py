"""What the interpreter of `onnx_in_numpy` needs for graphs that find patterns: shapes, ranges, products, gathering."""
import numpy as np
import onnx


def _slice(x, starts, ends, axes=None, steps=None):
    axes = range(len(starts)) if axes is None else axes
    steps = [1] * len(starts) if steps is None else steps
    index = [slice(None)] * x.ndim
    for a, s, e, step in zip(axes, starts, ends, steps):
        index[int(a)] = slice(int(s), int(e) if e > -2 ** 31 else None, int(step))
    return x[tuple(index)]


def _pad(x, pads, value=None, *, mode=b"constant"):
    n = x.ndim
    widths = [(int(pads[i]), int(pads[n + i])) for i in range(n)]
    return np.pad(x, widths, mode="edge") if mode == b"edge" else np.pad(x, widths, constant_values=0 if value is None else value)


def _reshape(x, shape, *, allowzero=0):
    return x.reshape([x.shape[i] if s == 0 and not allowzero else int(s) for i, s in enumerate(shape)])


def _unsqueeze(x, axes):
    for a in sorted(int(a) for a in axes):
        x = np.expand_dims(x, a)
    return x


def _constant_of_shape(shape, *, value=None):
    fill = np.zeros(1, np.float32) if value is None else onnx.numpy_helper.to_array(value)
    return np.full([int(s) for s in shape], fill[0], fill.dtype)


def _argmax(x, *, axis, keepdims=1, select_last_index=0):
    best = x.argmax(axis)
    return np.expand_dims(best, axis) if keepdims else best


SHAPE_OPS = {
    "Slice": _slice, "Pad": _pad, "Reshape": _reshape, "Unsqueeze": _unsqueeze, "ConstantOfShape": _constant_of_shape, "ArgMax": _argmax,
    "Shape": lambda x: np.array(x.shape, np.int64), "Gather": lambda x, i, *, axis=0: np.take(x, i, axis),
    "GatherElements": lambda x, i, *, axis=0: np.take_along_axis(x, i, axis),
    "Range": lambda start, end, step: np.arange(start, end, step, dtype=np.asarray(start).dtype),
    "Squeeze": lambda x, axes=None: np.squeeze(x, None if axes is None else tuple(int(a) for a in axes)),
    "Transpose": lambda x, *, perm: x.transpose(perm), "MatMul": np.matmul,
    "Expand": lambda x, shape: np.broadcast_to(x, np.broadcast_shapes(x.shape, [int(s) for s in shape])),
    "Equal": np.equal, "Less": np.less, "And": np.logical_and, "Where": np.where,
    "Cos": np.cos, "Sin": np.sin, "Atan": np.arctan, "Floor": np.floor,
    "ReduceMean": lambda x, *, axes, keepdims=1: x.mean(tuple(axes), keepdims=bool(keepdims)),
}
