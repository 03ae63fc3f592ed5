"""Writes the network for the worker: `python -m postbag_lines.export WEIGHTS.pt OUT_FOLDER`.

`lines.onnx` takes ink (1, 1, 40, width) and gives log-probabilities (1, width / 4, classes); the width is free, a multiple of 8.
Batch normalisation is folded into the convolutions, weights are kept as 16-bit floats. `line-N.png` and
`line-N-normalised.png` are lines before and after the normaliser, `golden.json` says what the network reads on them: the
worker's tests hold it to the same.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from .batches import collate
from .fonts import load_faces
from .model import CHARACTERS, LINE_HEIGHT_PX, LineReader, decode_greedy
from .normalise import normalise
from .render import drawn_font, sloped
from .splits import split_of_face

# A width to trace with; it is free in the file.
TRACED_PX = 256
GOLDEN = ["The nurses were kind & quick.", "Ward 7, St James's, LS9 7TF", "about £20 on 3/11/2026"]


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


def golden(reader: LineReader, out: Path) -> list[dict]:
    """Draws some lines in a face that was held out, as pictures of black ink, and says what becomes of them."""
    face = next(f for f in load_faces(Path(os.environ["FONTS"])) if split_of_face(f.name) == "validation")
    rng = np.random.default_rng(5)
    found = []
    for idx, text in enumerate(GOLDEN):
        ink = sloped(rng, drawn_font(rng, str(face), text, 14.0 + 7.0 * idx))
        paper = np.round(255 * (1 - ink)).astype(np.uint8)
        line = normalise((255 - paper) / 255)
        scores = reader(collate([(line, "a", "")]).pictures).log_softmax(2)[0]
        Image.fromarray(paper).save(out / f"line-{idx}.png")
        Image.fromarray(line).save(out / f"line-{idx}-normalised.png")
        best = [round(v, 4) for v in scores.max(1).values.tolist()]
        found.append({"written": text, "read": decode_greedy(scores.argmax(1).tolist()), "best": best})
    return found


@torch.no_grad()
def export(weights: Path, out: Path) -> None:
    """Both files."""
    reader = LineReader()
    reader.load_state_dict(torch.load(weights, map_location="cpu"))
    reader.eval()
    described = {"characters": CHARACTERS, "lines": golden(reader, out)}
    (out / "golden.json").write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n")
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
