"""One folder per lesson, named like its notebook.

``questions.toml``: predictions, explanations, checks, the card. ``labs.py`` and ``words.toml``: the
labs as functions, and every word in them (lessons 00, 05, 07, 12 and 13 still hold words in their
code). ``exercises.toml``: the exercises; ``worked.py`` works out the figures in them.
"""
