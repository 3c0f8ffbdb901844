"""Altair charts: a frame goes in, a figure with words and a table twin comes out."""
