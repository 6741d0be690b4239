"""Sphinx extension: takes sphinx-thebe out, which Jupyter Book always brings.

It would connect a page to a kernel on another machine. No page of this book asks for one, and the script that it adds
to every page, twice, is an error in the browser's console.
"""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.config import Config


def disconnect(app: Sphinx, config: Config) -> None:
    """On "config-inited", before any page is read: no handler of sphinx-thebe is called."""
    for listeners in app.events.listeners.values():
        for listener in list(listeners):
            if listener.handler.__module__ == "sphinx_thebe":
                app.disconnect(listener.id)


def setup(app: Sphinx) -> dict[str, object]:
    app.connect("config-inited", disconnect)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
