"""From chapters to pages: papermill runs a chapter, Jupyter Book renders the executed copy.

The only part of sketchlib that may import Jupyter packages; it does so inside functions, so that
`sketchlib --help` works and is quick without them.
"""
