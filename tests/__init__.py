"""Rules, laws, published cases, and the lessons themselves."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
