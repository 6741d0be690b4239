"""Checks for chapter 06, adversarial_loss."""

from __future__ import annotations

__all__: list[str] = []
