"""Indicators, hypotheses, weighing, verdicts, and the review report of file mode."""
