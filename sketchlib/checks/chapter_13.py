"""Checks for chapter 13, ablation."""

from __future__ import annotations

__all__: list[str] = []
