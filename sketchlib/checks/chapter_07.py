"""Checks for chapter 07, cycle_loss."""

from __future__ import annotations

__all__: list[str] = []
