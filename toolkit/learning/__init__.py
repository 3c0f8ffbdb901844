"""What a learner does: predict, explain, answer, keep. It knows words, never models or charts."""
