"""How a workload names its objects; the shape of such names is worked out from the same form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_MIXED: Final = str.maketrans("0123456789abcdef", "k7m2x9p4q8r3t6v5")
_NUMBERS: Final = 10**14
_SUBJECTS: Final = 10**9
_SCATTER: Final = 3**18
"""Coprime to ten, so that different subjects keep different numbers."""


class Name(StrEnum):
    """What the last segment of a key is made of."""

    UUID = "u"
    HEX = "h32"
    NUMBER = "n8"
    MIXED = "m16"


@dataclass(frozen=True, slots=True)
class KeyForm:
    """`word[/date][/subject]/name[.extension]`, as object stores are commonly organised.

    The subject is whatever objects are filed under: a line, a person, a camera, a device.
    """

    word: str
    name: Name
    extension: str
    dated: bool = True
    by_subject: bool = True

    @property
    def shape(self) -> str:
        """The key's shape in the lake's documented form, such as `a/d10/n8/u.wav`."""
        segments = ["a"]
        segments += ["d10"] if self.dated else []
        segments += ["n8"] if self.by_subject else []
        segments.append(self.name.value)
        return "/".join(segments) + (f".{self.extension}" if self.extension else "")

    def key(self, date: str, subject: int, token: str) -> str:
        """Give the key of one object.

        `date` is its day of creation (`2026-09-07`), `subject` a whole number, `token` 32 hexadecimal
        digits of its own. Invented numbers begin with 7, so that none can be taken for a date.
        """
        segments = [self.word]
        if self.dated:
            segments.append(date)
        if self.by_subject:
            segments.append(f"7{subject * _SCATTER % _SUBJECTS:09d}")
        segments.append(self._named(token))
        return "/".join(segments) + (f".{self.extension}" if self.extension else "")

    def _named(self, token: str) -> str:
        match self.name:
            case Name.UUID:
                return f"{token[:8]}-{token[8:12]}-{token[12:16]}-{token[16:20]}-{token[20:]}"
            case Name.HEX:
                return token
            case Name.NUMBER:
                return f"7{int(token[:16], 16) % _NUMBERS:014d}"
            case Name.MIXED:
                return token[:20].translate(_MIXED)
