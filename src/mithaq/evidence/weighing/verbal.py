"""The verbal scale for likelihood ratios."""

from __future__ import annotations

from typing import Final

from mithaq.evidence.result import Strength

SCALE: Final = (
    (4.0, Strength.VERY_STRONG),
    (3.0, Strength.STRONG),
    (2.0, Strength.MODERATELY_STRONG),
    (1.0, Strength.MODERATE),
    (0.30103, Strength.WEAK),
)
"""Least |log10 LR| and its word: weak from 2, moderate from 10, moderately strong from 100, strong from
1,000, very strong from 10,000 (ENFSI Guideline for Evaluative Reporting in Forensic Science, 2015)."""


def strength(log10_lr: float) -> Strength:
    """Give the word for a log10 likelihood ratio of either sign."""
    return next((word for least, word in SCALE if abs(log10_lr) >= least), Strength.NONE)
