"""Checks for chapter 04, unet."""

from __future__ import annotations

__all__: list[str] = []
