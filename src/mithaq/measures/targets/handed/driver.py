"""The driver of every target whose settings are files for a person's hands.

The worker writes the files of a cut into a folder of its own, and last the order: what to do with them. When
the measure is lifted the files go, and the order that stays says how to undo what they said. Whether any of
it was carried out, only a person can say: until one has, the measure is handed over and no more.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol

from pydantic import JsonValue

from mithaq.measures.driver import Account, Held
from mithaq.measures.errors import BadTargets, TargetRefuses, TargetUnreachable
from mithaq.measures.matrix import Matrix
from mithaq.measures.model import Capability, Closed, Cut, Operation, Part, Setting, Step
from mithaq.terms.text import LocalisedText

ORDER: Final = "order.txt"
FILE: Final = "handed-file"
_ORDER_KIND: Final = "handed-order"
_NAME: Final = re.compile(r"[0-9a-f]{12}/[a-z][a-z0-9.-]{1,60}")
_PRIVATE: Final = 0o600


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its name, what it does, and its text."""

    name: str
    what: LocalisedText
    text: str


@dataclass(frozen=True, slots=True)
class Orders:
    """What a person does with the files, one line a step: to restrict, and to undo it."""

    restrict: tuple[LocalisedText, ...]
    undo: tuple[LocalisedText, ...]


class Author(Protocol):
    """What one cloud's files say."""

    @property
    def scheme(self) -> str:
        """How the subscriptions of the cloud begin, with the colon."""

    def account_of(self, native: str) -> str:
        """Give the account's name, which makes a safe text; raises BadPlan."""

    def capability(self, closed: Closed) -> Capability:
        """Give what closing this does; raises BadPlan."""

    def documents(self, cut: Cut, tag: str) -> tuple[Document, ...]:
        """Write the files of a cut; `tag` makes names unique. Raises BadPlan."""

    def orders(self, cut: Cut, tag: str) -> Orders:
        """Say what is to be done with them."""


@dataclass(frozen=True, slots=True)
class HandedAccount:
    """An account of a cloud, as one plan writes about it."""

    folder: Path
    author: Author
    account: str
    tag: str

    def steps(self, cut: Cut, origins: Mapping[Setting, JsonValue]) -> tuple[Step, ...]:
        """Give a step for each file, the order last; raises BadPlan."""
        return tuple(self._steps(cut, origins))

    def read(self, setting: Setting) -> JsonValue:
        """Give a file's text, None if there is none; raises TargetUnreachable."""
        try:
            return self._path(setting).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise self._unreachable(error) from error

    def write(self, setting: Setting, value: JsonValue) -> None:
        """Put a file there whole, or take it away; raises TargetUnreachable."""
        path = self._path(setting)
        try:
            if value is None:
                path.unlink(missing_ok=True)
                return
            path.parent.mkdir(mode=0o700, exist_ok=True)
            beside = path.with_name(f".{path.name}.new")
            with beside.open("w", encoding="utf-8") as file:
                beside.chmod(_PRIVATE)
                file.write(str(value))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError as error:
            raise self._unreachable(error) from error

    def hold(self, now: datetime) -> Held:
        """Take nothing: nothing is asked of the cloud."""
        return Held(now, {})

    def probe(self, cut: Cut, held: Held, *, applied: bool, tick: Callable[[], None]) -> Matrix:
        """Show nothing: nothing is asked of the cloud."""
        del cut, held, applied, tick
        return Matrix(())

    def _steps(self, cut: Cut, origins: Mapping[Setting, JsonValue]) -> Iterator[Step]:
        documents, orders = self.author.documents(cut, self.tag), self.author.orders(cut, self.tag)
        for document in documents:
            yield self._step(FILE, document.name, document.what, document.text, origins)
        restrict = _order(f"{self.author.scheme}{self.account}", _RESTRICT, orders.restrict)
        undo = _order(f"{self.author.scheme}{self.account}", _UNDO, orders.undo)
        # The order does not go back to nothing: what was carried out by hand is undone by hand.
        yield self._step(_ORDER_KIND, ORDER, _ORDER_WORDS, restrict, origins, undo)

    def _step(
        self,
        kind: str,
        name: str,
        what: LocalisedText,
        text: str,
        origins: Mapping[Setting, JsonValue],
        origin: str | None = None,
    ) -> Step:
        setting = Setting(kind=kind, owner=self.account, name=f"{self.tag}/{name}")
        before = self.read(setting)
        return Step(
            part=Part.CUT,
            account=self.account,
            setting=setting,
            what=what,
            before=before,
            after=text,
            origin=origin if origin is not None else origins.get(setting, before),
        )

    def _path(self, setting: Setting) -> Path:
        if not _NAME.fullmatch(setting.name):
            raise TargetRefuses("this file is none that Mithaq writes", hint="Nothing was changed.")
        return self.folder / setting.name

    def _unreachable(self, error: Exception) -> TargetUnreachable:
        return TargetUnreachable(
            f"the folder of handed-over files cannot be used: {type(error).__name__}",
            file=str(self.folder),
            hint="Is it there, with room left, and the worker's own?",
        )


@dataclass(frozen=True, slots=True)
class HandedDriver:
    """A cloud, by the files that are handed over for it."""

    name: str
    folder: Path
    author: Author

    @property
    def by_hand(self) -> bool:
        """A person carries the files out, and confirms it."""
        return True

    @property
    def capabilities(self) -> Mapping[Operation, Capability]:
        """Nothing by bare operation: see `capability`."""
        return {}

    def capability(self, closed: Closed) -> Capability:
        """Give what closing this does; raises BadPlan."""
        return self.author.capability(closed)

    def serves(self, subscription: str) -> bool:
        """Say whether a subscription is one of this cloud's."""
        return subscription.startswith(self.author.scheme)

    def account_of(self, subscription: str) -> str:
        """Give the account's name; raises BadPlan."""
        return self.author.account_of(subscription.removeprefix(self.author.scheme))

    def at(self, account: str, nonce: str) -> Account:
        """Give an account as one plan writes about it."""
        tag = hashlib.sha256(f"{nonce}\0{account}".encode()).hexdigest()[:12]
        return HandedAccount(self.folder, self.author, account, tag)


def handed_target(table: Mapping[str, Any], author: Author) -> HandedDriver:
    """Make a driver of its table in the targets' file; raises BadTargets."""
    folder = table.get("folder")
    if not isinstance(folder, str) or not Path(folder).is_dir():
        raise BadTargets("there is no folder to hand files over in", field="folder", hint="Make it first.")
    return HandedDriver(str(table.get("name", "")), Path(folder), author)


_RESTRICT: Final = LocalisedText(
    "To be carried out, in this order. Then confirm the measure.",
    "يُنفَّذ ما يلي بهذا الترتيب، ثم يُؤكَّد التدبير.",
)
_UNDO: Final = LocalisedText(
    "The measure is lifted. To be undone, in this order. Then confirm it.",
    "رُفع التدبير. يُلغى ما يلي بهذا الترتيب، ثم يُؤكَّد ذلك.",
)
_ORDER_WORDS: Final = LocalisedText(
    "An order is handed over that says what to do with the files; at the lifting it says how to undo it.",
    "يُسلَّم أمر يبيّن ما يُفعل بالملفات، ثم يبيّن عند رفع التدبير كيف يُلغى أثرها.",
)


def _order(subscription: str, head: LocalisedText, lines: tuple[LocalisedText, ...]) -> str:
    english = [f"{number}. {line.en}" for number, line in enumerate(lines, 1)]
    arabic = [f"{number}. {line.ar}" for number, line in enumerate(lines, 1)]
    return "\n".join((subscription, "", head.en, *english, "", head.ar, *arabic, ""))
