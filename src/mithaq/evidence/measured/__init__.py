"""The evaluation as a page: `evaluate.html`, in Arabic and English, with its charts."""

from __future__ import annotations

from mithaq.evidence.measured.page import render as render

__all__ = ["render"]
