"""Words that a learner reads: numbers, money, plurals, lists, and templates of sentences."""
