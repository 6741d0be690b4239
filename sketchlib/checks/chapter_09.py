"""Checks for chapter 09, supervised_l1."""

from __future__ import annotations

__all__: list[str] = []
