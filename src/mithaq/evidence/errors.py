"""Errors of the evidence room: what could not be examined, and what to do about it."""

from __future__ import annotations

from mithaq.kernel.errors import InputError, StateError


class EvidenceInputError(InputError):
    """An allegation or a table asks for something that the evidence room cannot examine."""

    code = "evidence-input"


class ModelError(StateError):
    """The stored evidence model is missing, altered or made by other code than this."""

    code = "evidence-model"


class OutputError(StateError):
    """The review's files could not be written."""

    code = "review-output"
