"""The names that the other rooms give to their own things, behind one door."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from mithaq.evidence.hypotheses import WORKLOADS
from mithaq.evidence.messages import catalogue, message
from mithaq.evidence.report.errors import PhraseError
from mithaq.evidence.report.locales import Language
from mithaq.terms import Purpose, label


def _code(language: Language) -> Literal["en", "ar"]:
    return "ar" if language is Language.AR else "en"


@dataclass(frozen=True, slots=True)
class RoomNames:
    """Names from `mithaq.terms`, `mithaq.evidence.hypotheses` and `mithaq.evidence.messages`."""

    def label(self, value: StrEnum, language: Language) -> str:
        """Name a member of a closed vocabulary."""
        return label(value, _code(language))

    def explanation(self, name: str, language: Language) -> str:
        """Name a purpose, or a workload that is none, by its id; raises PhraseError for any other word."""
        if name in set(Purpose):
            return label(Purpose(name), _code(language))
        return self.workload(name, language)

    def workload(self, name: str, language: Language) -> str:
        """Name a workload by its id; raises PhraseError for any other word."""
        if name not in WORKLOADS:
            raise PhraseError(
                f"{name!r} is neither a workload nor a purpose", hint="Report this as a defect."
            )
        return WORKLOADS[name].label.in_(_code(language))

    def message(self, key: str, language: Language, **values: str | float) -> str:
        """Write a sentence of the evidence room."""
        return message(key, _code(language), **values)

    def knows(self, key: str) -> bool:
        """Say whether the evidence room has such a sentence."""
        return key in catalogue()
