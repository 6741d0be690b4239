"""Checks for chapter 12, five_methods."""

from __future__ import annotations

__all__: list[str] = []
