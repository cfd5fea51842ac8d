"""Measures: a decision becomes a verified state of the world, and is undone as exactly as it was done."""
