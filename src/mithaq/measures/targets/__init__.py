"""Targets: a folder each, with a driver, a table of what its switches close and leave open, and tests."""
