"""Checks for chapter 08, identity_loss."""

from __future__ import annotations

__all__: list[str] = []
