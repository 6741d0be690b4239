"""Numbers of the Scoot authors' own program, for images of noise: made here, kept in `scoot_numbers.json`.

    SKETCHLIB_SCOOT=path/to/their/program python tests/evaluation/scoot_numbers.py

The folder holds their `ScootMeasure.m` (DengPingFan/Scoot). GNU Octave runs it. Of MATLAB's Image
Processing Toolbox the program calls `graycomatrix` and `graycoprops`, which Octave lacks or has under another
definition. Both are written below from MATLAB's documentation, for what the program asks of them.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np

NUMBERS = Path(__file__).with_suffix(".json")

GRAYCOMATRIX = """
function counts = graycomatrix (image, of, offsets, name, levels)
  % For integers GrayLimits are those of the class, 0 and 255; each level covers an equal share.
  scaled = min (floor (double (image) * (levels / 255) + 1), levels);
  [height, width] = size (scaled);
  for k = 1:rows (offsets)
    down = offsets(k, 1); right = offsets(k, 2);
    i = max (1, 1 - down):min (height, height - down);
    j = max (1, 1 - right):min (width, width - right);
    counts(:, :, k) = accumarray ([scaled(i, j)(:), scaled(i + down, j + right)(:)], 1, [levels, levels]);
  end
end
"""

GRAYCOPROPS = """
function stats = graycoprops (counts, names)
  p = counts / max (sum (counts(:)), 1);
  [j, i] = meshgrid (1:columns (p), 1:rows (p));
  stats = struct ("Contrast", sum (((i - j) .^ 2 .* p)(:)), "Energy", sum ((p .^ 2)(:)));
end
"""

MAIN = """
file = fopen ("{images}");
for k = 1:{n}
  size_ = fread (file, [1, 2], "uint32");
  a = fread (file, flip (size_), "uint8=>uint8")';
  b = fread (file, flip (size_), "uint8=>uint8")';
  printf ("%.17g\\n", ScootMeasure (a, b));
end
"""


def pairs() -> list[tuple[np.ndarray, np.ndarray]]:
    """Pairs of (H, W) uint8 images: noise, coarse blots, strokes on paper, and the same moved, lighter or blurred."""
    random = np.random.default_rng(2019)
    noise = random.integers(0, 256, (2, 64, 48), dtype=np.uint8)
    blots = np.kron(random.integers(0, 256, (2, 10, 9)), np.ones((7, 5), dtype=int)).astype(np.uint8)  # 70 x 45
    paper = np.clip(235 + random.normal(0, 6, (61, 83)), 0, 255)
    for x in random.integers(2, 80, 25):
        paper[:, x] -= random.uniform(40, 235)
    strokes = np.clip(paper, 0, 255).astype(np.uint8)
    soft = ((strokes[:, :-2].astype(int) + 2 * strokes[:, 1:-1] + strokes[:, 2:]) // 4).astype(np.uint8)
    steps = np.tile(np.arange(256, dtype=np.uint8), (16, 1))  # every grey value, and every border between levels
    half = noise[0].copy()
    half[:32] = 255  # blocks of one grey
    return [
        (noise[0], noise[1]),
        (blots[0], blots[1]),
        (strokes, np.roll(strokes, 1, axis=1)),
        (strokes, np.minimum(strokes, 200)),
        (strokes[:, 1:-1], soft),
        (steps, steps[:, ::-1]),
        (noise[0], half),
        (strokes[:9, :11], strokes[20:29, 30:41]),
    ]


def of_their_program(folder: Path, images: list[tuple[np.ndarray, np.ndarray]]) -> list[float]:
    """What the program in `folder` gives for the images, reference first."""
    with tempfile.TemporaryDirectory() as name:
        here = Path(name)
        (here / "graycomatrix.m").write_text(GRAYCOMATRIX, encoding="utf-8")
        (here / "graycoprops.m").write_text(GRAYCOPROPS, encoding="utf-8")
        with (here / "images.bin").open("wb") as file:
            for pair in images:
                np.array(pair[0].shape, dtype="<u4").tofile(file)
                for image in pair:
                    np.ascontiguousarray(image).tofile(file)
        main = MAIN.format(images=here / "images.bin", n=len(images))
        command = ["octave-cli", "--norc", "--quiet", "--path", str(folder), "--path", str(here), "--eval", main]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise RuntimeError(f"Octave stopped: {done.stderr.strip()}")
    return [float(line) for line in done.stdout.split()]


if __name__ == "__main__":
    theirs = Path(os.environ["SKETCHLIB_SCOOT"]).resolve()
    version = subprocess.run(["octave-cli", "--version"], capture_output=True, text=True, check=True).stdout
    kept = {
        "what": "Scoot by ScootMeasure.m of Fan et al. (2019), for the images of scoot_numbers.py",
        "program_sha256": hashlib.sha256((theirs / "ScootMeasure.m").read_bytes()).hexdigest(),
        "run_by": version.splitlines()[0],
        "scoot": of_their_program(theirs, pairs()),
    }
    NUMBERS.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
