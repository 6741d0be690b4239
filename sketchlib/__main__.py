"""`python -m sketchlib` is the command `sketchlib`."""

from sketchlib.cli import app

app()
