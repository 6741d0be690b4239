"""What every chapter says to Colab: the install cell and the badge. Tests compare with this."""

from __future__ import annotations

REPOSITORY = "https://github.com/photo-to-sketch/photo-to-sketch"
BRANCH = "main"

INSTALL_CELL = """\
# In Colab: installs sketchlib, upgrading nothing that Colab has. Elsewhere: does nothing.
import importlib.util

if importlib.util.find_spec("sketchlib") is None:
    %pip list --format=freeze > installed.txt
    %pip install -q -c installed.txt git+https://github.com/photo-to-sketch/photo-to-sketch
    importlib.invalidate_caches()"""
"""The source of the cell tagged `install`, identical in all chapters."""

BADGE_IMAGE = "https://colab.research.google.com/assets/colab-badge.svg"
"""The badge's image as chapters show it in Colab and Jupyter. Pages show a local one instead."""


def colab_address(filename: str) -> str:
    """Where Colab opens a chapter, given the name of its file, such as "01_paper.ipynb"."""
    path = REPOSITORY.removeprefix("https://github.com/")
    return f"https://colab.research.google.com/github/{path}/blob/{BRANCH}/chapters/{filename}"


def badge(filename: str) -> str:
    """The badge in a chapter's first cell, in Markdown."""
    return f"[![Open in Colab]({BADGE_IMAGE})]({colab_address(filename)})"
