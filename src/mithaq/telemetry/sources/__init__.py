"""Log sources: one folder each."""
