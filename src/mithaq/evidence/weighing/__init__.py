"""Weighing: how well each workload fits a stream, as calibrated likelihood ratios."""
