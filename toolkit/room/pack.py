"""Make the facilitator pack: a folder of pages to print, and an index of them."""

from __future__ import annotations

from toolkit.room.page import sheet

__all__ = ["sheet"]
