"""The figures in the exercises, worked out: one module per lesson, named as its labs are."""
