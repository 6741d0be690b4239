"""What the README shows must work: its ten lines, and the files it points to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

import sketchlib
from sketchlib.data.toyfaces import toy_faces
from sketchlib.training.config import TrainConfig

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_ten_lines_of_the_library_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The snippet as printed, on three small pairs a split and for one epoch."""
    (snippet,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    monkeypatch.setattr("sketchlib.data.load_faces", lambda dataset: toy_faces(n_train=3, n_test=3))
    profile = TrainConfig.profile
    tiny = {"size": 32, "epochs": 1, "samples_every": 0}
    monkeypatch.setattr(TrainConfig, "profile", lambda name, **changes: profile(name, **changes, **tiny))
    names: dict[str, object] = {}
    exec(compile(snippet, "README.md", "exec"), names)
    assert names["sketches"].shape == (3, 1, 32, 32)
    assert re.search(r"^SSIM -?0\.\d{3} \+- 0\.\d{3}$", capsys.readouterr().out, flags=re.MULTILINE)


def test_comment_in_the_ten_lines_has_the_size_of_the_quick_profile() -> None:
    side = TrainConfig.profile("quick").size
    assert f"(100, 1, {side}, {side})" in README


@pytest.mark.parametrize("target", re.findall(r"\]\((?!https?:)([^)#]+)", README))
def test_every_file_the_readme_links_to_is_there(target: str) -> None:
    assert (ROOT / target).is_file()


def test_every_module_in_the_architecture_is_there() -> None:
    """A line of the tree names files of the folder that it begins with, or of sketchlib itself."""
    tree = README.split("## The architecture")[1].split("```")[1]
    files = []
    for line in tree.splitlines():
        if line.startswith("  "):
            folder = line.split("/")[0].strip() if "/" in line else ""
            files += [Path(folder) / name for name in re.findall(r"\w+\.py", line)]
    assert len(files) > 10
    assert [str(file) for file in files if not (ROOT / "sketchlib" / file).is_file()] == []


def test_citation_has_the_version_and_the_fields_that_readers_of_cff_need() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == sketchlib.__version__
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert all({"type", "title", "authors"} <= work.keys() for work in citation["references"])
