"""Checks for chapter 02, faces."""

from __future__ import annotations

__all__: list[str] = []
