"""Writes the network for the worker: `python -m postbag_lines.export WEIGHTS.pt OUT_FOLDER`.

`lines.onnx` takes ink (1, 1, 40, width) and gives log-probabilities (1, width / 4, classes); the width is free, a multiple of 8.
Batch normalisation is folded into the convolutions, weights are kept as 16-bit floats. `golden.json` has some lines as the
normaliser gets and leaves them, and what the network reads on them: the worker's tests hold it to the same.
"""

import base64
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from .batches import collate
from .evaluate import held_out
from .model import CHARACTERS, LINE_HEIGHT_PX, LineReader, decode_greedy
from .normalise import normalise

# A width to trace with; it is free in the file.
TRACED_PX = 256
N_GOLDEN = 3


class Exported(nn.Module):
    """Log-probabilities instead of logits."""

    def __init__(self, reader: LineReader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, ink: Tensor) -> Tensor:
        return self.reader(ink).log_softmax(2)


def fold(module: nn.Module) -> None:
    """Folds each batch normalisation into the convolution right before it, in every part of the network."""
    children = list(module.named_children())
    for (name, first), (after, second) in zip(children[:-1], children[1:], strict=True):
        if isinstance(first, nn.Conv2d) and isinstance(second, nn.BatchNorm2d):
            setattr(module, name, fuse_conv_bn_eval(first, second))
            setattr(module, after, nn.Identity())
    for _, child in module.named_children():
        fold(child)


def halved(model: onnx.ModelProto) -> None:
    """Keeps the large weights as 16-bit floats, each followed by a cast."""
    graph = model.graph
    for weight in list(graph.initializer):
        values = onnx.numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < 256:
            continue
        name = weight.name
        weight.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), name + "_16"))
        cast = onnx.helper.make_node("Cast", [name + "_16"], [name], to=onnx.TensorProto.FLOAT)
        graph.node.insert(0, cast)


def golden(reader: LineReader) -> list[dict]:
    """A few lines: ink before and after normalisation, and the text."""
    found = []
    for picture, label, _ in held_out("validation")[5 :: len(held_out("validation")) // N_GOLDEN][:N_GOLDEN]:
        # A line that is larger, aslant and off its middle, so that the normaliser has something to do.
        ink = np.pad(np.kron(picture, np.ones((2, 2), np.uint8)), ((9, 4), (6, 11)))
        ink = np.stack([np.roll(column, x // 40) for x, column in enumerate(ink.T)], axis=1)
        line = normalise(ink / 255)
        scores = reader(collate([(line, "a", "")]).pictures).log_softmax(2)[0]
        found.append(
            {
                "label": label,
                "ink": {"width": ink.shape[1], "height": ink.shape[0], "base64": packed(ink)},
                "line": {"width": line.shape[1], "height": LINE_HEIGHT_PX, "base64": packed(line)},
                "text": decode_greedy(scores.argmax(1).tolist()),
                "best": [round(v, 4) for v in scores.max(1).values.tolist()],
            }
        )
    return found


def packed(picture: np.ndarray) -> str:
    """Bytes as text."""
    return base64.b64encode(np.ascontiguousarray(picture, np.uint8).tobytes()).decode()


@torch.no_grad()
def export(weights: Path, out: Path) -> None:
    """Both files."""
    reader = LineReader()
    reader.load_state_dict(torch.load(weights, map_location="cpu"))
    reader.eval()
    (out / "golden.json").write_text(json.dumps({"characters": CHARACTERS, "lines": golden(reader)}, ensure_ascii=False))
    fold(reader)
    torch.onnx.export(
        Exported(reader),
        (torch.zeros(1, 1, LINE_HEIGHT_PX, TRACED_PX),),
        str(out / "lines.onnx"),
        input_names=["ink"],
        output_names=["scores"],
        dynamic_axes={"ink": {3: "width"}, "scores": {1: "frames"}},
        dynamo=False,
    )
    model = onnx.load(out / "lines.onnx")
    halved(model)
    onnx.checker.check_model(model)
    onnx.save(model, out / "lines.onnx")


if __name__ == "__main__":
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    export(Path(sys.argv[1]), folder)
