"""Dialects of Improvement: models, charts and labs behind the lessons."""

__version__ = "0.1.0"
