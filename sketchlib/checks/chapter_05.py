"""Checks for chapter 05, patch_discriminator."""

from __future__ import annotations

__all__: list[str] = []
