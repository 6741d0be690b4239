"""Checks for chapter 11, ssim."""

from __future__ import annotations

__all__: list[str] = []
