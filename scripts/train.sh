#!/bin/sh
# Trains the recogniser of handwritten lines for some minutes, from where the last training stopped: scripts/train.sh [MINUTES]
# DATA is the folder with handwriting/, text/ and uk_reference/; what is downloaded and made lies in TRAIN, checkpoints among it.
set -eu
project=$(cd "$(dirname "$0")/.." && pwd)
DATA=${DATA:-$project/../shared/data}
TRAIN=${TRAIN:-$project/target/train}
lines=$project/ocr-worker/training

[ -d "$DATA/handwriting/unipen" ] || {
    echo "train: no $DATA/handwriting/unipen; set DATA to the folder of the handwriting (see $lines/README.md)" >&2
    exit 1
}
mkdir -p "$TRAIN"
cd "$TRAIN"
if [ ! -x venv/bin/python ]; then
    python3 -m venv venv
    venv/bin/pip install --quiet "$lines"
    venv/bin/pip uninstall --quiet --yes postbag-lines
fi
export DATA PYTHONPATH="$lines" UNIPEN_CACHE="$TRAIN/unipen.npz" FONTS="$TRAIN/fonts"
if [ ! -s unipen.npz ]; then
    mkdir -p unipen
    tar -C unipen -xf "$DATA"/handwriting/unipen/*.tar.xz
    venv/bin/python -m postbag_lines.unipen unipen unipen.npz
fi
[ -s fonts/FONTS.tsv ] || venv/bin/python -m postbag_lines.fonts fonts
exec venv/bin/python -m postbag_lines.train run --minutes "${1:-90}" --rate 0.001 --resume --from "$project/ocr-worker/models/lines.pt"
