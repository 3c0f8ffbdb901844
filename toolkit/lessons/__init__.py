"""One folder per lesson, named like its notebook.

``questions.toml``: predictions, explanations, checks, the card. ``labs.py`` and ``words.toml``:
the labs as functions, and every word in them. ``exercises.toml``: the exercises; ``worked.py``
works out the figures in them.
"""
