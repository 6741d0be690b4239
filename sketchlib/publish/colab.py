"""What every chapter says to Colab: the install cell and the link. Tests compare with this."""

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


def colab_address(chapter: str) -> str:
    """Where Colab opens the source notebook of a chapter, given its name, such as "01_paper"."""
    path = REPOSITORY.removeprefix("https://github.com/")
    return f"https://colab.research.google.com/github/{path}/blob/{BRANCH}/chapters/{chapter}.ipynb"
