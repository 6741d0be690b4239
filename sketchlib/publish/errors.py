"""The one exception of this package."""

from __future__ import annotations


class PublishError(Exception):
    """Something a person can mend: its text is one clear sentence, shown without a traceback."""
