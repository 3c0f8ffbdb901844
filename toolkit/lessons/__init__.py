"""One folder per lesson: its words (words.toml) and its facts (labs.py)."""
