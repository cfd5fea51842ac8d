"""Claims → verdicts: one module per way of answering."""
