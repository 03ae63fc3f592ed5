"""The network: a picture of one line in, log-probabilities of characters for every fourth pixel column out.

Convolutions make a column of features (strides keep it cheap), residual dilated 1-D convolutions look left and right,
one bidirectional LSTM joins the line. All batch normalisation can be folded into the convolutions before it.
"""

import torch
from torch import Tensor, nn

LINE_HEIGHT_PX = 40
FRAME_PX = 4
STRUCK = "\u2421"
# Position 0 is CTC's blank.
CHARACTERS = "".join(chr(code) for code in range(32, 127)) + "£" + STRUCK
N_CLASSES = len(CHARACTERS) + 1


class ConvBn(nn.Sequential):
    """Convolution, batch normalisation and, unless told otherwise, ReLU."""

    def __init__(self, n_in: int, n_out: int, *, size: int = 3, stride=1, padding=1) -> None:
        super().__init__(
            nn.Conv2d(n_in, n_out, size, stride, padding, bias=False),
            nn.BatchNorm2d(n_out),
            nn.ReLU(inplace=True),
        )


class Residual2d(nn.Module):
    """x + conv(x), 3×3."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self.conv = ConvBn(n, n)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv(x)


class Residual1d(nn.Module):
    """x + two-layer bottleneck-free dilated convolution over time, kept as (batch, n, 1, time)."""

    def __init__(self, n: int, dilation: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(n, n, (1, 3), padding=(0, dilation), dilation=(1, dilation), bias=False)
        self.norm = nn.BatchNorm2d(n)

    def forward(self, x: Tensor) -> Tensor:
        return x + torch.relu(self.norm(self.conv(x)))


class LineReader(nn.Module):
    """(batch, 1, 40, width) ink 0..1 → (batch, width / 4, classes) logits."""

    def __init__(self, width: int = 256, dilations=(1, 2, 4, 1, 2, 4, 8, 1), lstm: int = 128) -> None:
        super().__init__()
        self.picture = nn.Sequential(
            ConvBn(1, 32, size=5, stride=2, padding=2),
            ConvBn(32, 48),
            nn.MaxPool2d(2),
            ConvBn(48, 96),
            Residual2d(96),
            nn.MaxPool2d((2, 1)),
            ConvBn(96, 160),
            Residual2d(160),
            nn.Conv2d(160, width, (LINE_HEIGHT_PX // 8, 1), bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
        )
        self.context = nn.Sequential(*[Residual1d(width, d) for d in dilations])
        self.dropout = nn.Dropout(0.1)
        self.lstm = nn.LSTM(width, lstm, bidirectional=True, batch_first=True) if lstm else None
        self.head = nn.Linear(width + 2 * lstm, N_CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = self.context(self.picture(x)).squeeze(2).transpose(1, 2)
        x = self.dropout(x)
        if self.lstm is not None:
            x = torch.cat([x, self.lstm(x)[0]], dim=2)
        return self.head(x)


def encode(text: str) -> list[int]:
    """Class numbers (1 and up) of a label."""
    return [CHARACTERS.index(character) + 1 for character in text]


def decode_greedy(best: list[int]) -> str:
    """The text of a best path: repeats joined, blanks left out."""
    kept = [c for c, before in zip(best, [0, *best[:-1]], strict=True) if c and c != before]
    return "".join(CHARACTERS[c - 1] for c in kept)
