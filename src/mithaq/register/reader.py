"""Reading the register: a CSV file of the provider's own, refused as a whole at its first mistake.

`customer,account,declared_purpose,home_region[,tier,contract]`, UTF-8 with or without a byte order mark,
columns in any order, fields quoted where they need it. `account` is a subscription.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mithaq.register.errors import RegisterError
from mithaq.register.register import Entry, Register
from mithaq.terms import Purpose, SubscriptionError, read_subscription
from mithaq.terms.files import read_bytes
from mithaq.terms.problems import Problem, did_you_mean

REQUIRED: Final = ("customer", "account", "declared_purpose", "home_region")
OPTIONAL: Final = ("tier", "contract")

MAX_BYTES: Final = 1 << 28
"""256 MiB: some millions of subscriptions."""

MAX_UPLOAD: Final = 1 << 25
"""32 MiB: the most that is sent to a console at once. A larger register is split: absent rows stay."""

_Row = tuple[int, dict[str, str]]
UNFIT: Final = frozenset({"Cc", "Zl", "Zp"})
"""Unicode categories that no name holds: controls and line ends. Joiners may stand: Persian has them."""

_PURPOSES: Final = {purpose.value: purpose for purpose in Purpose}


def load_register(path: Path | str) -> Register:
    """Read a register from a file; raises RegisterError with file, line and field for whatever is wrong."""
    shown = str(path)
    raw = read_bytes(Path(path), limit=MAX_BYTES)
    if isinstance(raw, Problem):
        raise RegisterError(raw.message, hint=raw.hint, file=shown)
    return read_register(raw, shown)


def read_register(raw: bytes, shown: str) -> Register:
    """Read a register from the bytes of a file that messages call `shown`; raises RegisterError."""
    return Register(tuple(_entries(_rows(_text(raw, shown), shown), shown)))


def _text(raw: bytes, shown: str) -> str:
    if len(raw) > MAX_BYTES:
        raise RegisterError(f"the register is larger than {MAX_BYTES} bytes", hint="Split it.", file=shown)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RegisterError(
            "this line is not UTF-8",
            hint="Save the file as UTF-8.",
            file=shown,
            line=raw[: error.start].count(b"\n") + 1,
        ) from None


def _rows(text: str, shown: str) -> Iterator[_Row]:
    """Give each row with the number of its first line and its fields by column, without blank lines."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns: list[str] | None = None
    line = 1
    try:
        for fields in reader:
            first, line = line, reader.line_num + 1
            if not any(field.strip() for field in fields):
                continue
            if columns is None:
                columns = _columns(fields, shown, first)
                continue
            if len(fields) != len(columns):
                raise RegisterError(
                    f"this row has {len(fields)} fields, the header {len(columns)}",
                    hint="Put fields that hold commas in double quotes.",
                    file=shown,
                    line=first,
                )
            yield first, dict(zip(columns, (field.strip() for field in fields), strict=True))
    except csv.Error as error:
        raise RegisterError(
            f"this row is not CSV: {error}",
            hint="Close quotes and double those inside.",
            file=shown,
            line=line,
        ) from None
    if columns is None:
        raise RegisterError("the register is empty", hint=f"Begin with {','.join(REQUIRED)}.", file=shown)


def _columns(fields: list[str], shown: str, line: int) -> list[str]:
    columns = [field.strip() for field in fields]
    known = (*REQUIRED, *OPTIONAL)
    if len(columns) == 1 and ";" in columns[0]:
        raise RegisterError(
            "the columns are separated by semicolons", hint="Export with commas.", file=shown, line=line
        )
    for name in columns:
        if name not in known:
            raise RegisterError(
                f'there is no column "{name[:80]}" in a register',
                hint=did_you_mean(name, known, what="Columns"),
                file=shown,
                line=line,
                field=name[:80] or None,
            )
    for name in known:
        count = columns.count(name)
        if count > 1 or (count == 0 and name in REQUIRED):
            message = f'the column "{name}" stands here {count} times' if count else f'no column "{name}"'
            hint = f"The header is {','.join(REQUIRED)}[,{','.join(OPTIONAL)}]."
            raise RegisterError(message, hint=hint, file=shown, line=line, field=name)
    return columns


def _entries(rows: Iterator[_Row], shown: str) -> Iterator[Entry]:
    seen: dict[str, tuple[int, str]] = {}
    for line, row in rows:
        entry = _entry(row, shown, line)
        earlier = seen.get(entry.subscription)
        if earlier is not None:
            first, customer = earlier
            other = "" if customer == entry.customer else " under another customer"
            raise RegisterError(
                f"this account stands in line {first} already{other}",
                hint="Keep one row per account: it belongs to one customer.",
                file=shown,
                line=line,
                field="account",
            )
        seen[entry.subscription] = (line, entry.customer)
        yield entry
    if not seen:
        raise RegisterError("the register has no rows", hint="Add one row per account.", file=shown)


def _entry(row: dict[str, str], shown: str, line: int) -> Entry:
    for name, text in row.items():
        if not text and name in {"customer", "account"}:
            raise RegisterError(
                f"the {name} is empty", hint="Each row names both.", file=shown, line=line, field=name
            )
        if any(unicodedata.category(sign) in UNFIT for sign in text):
            raise RegisterError(
                "the field holds a line break or a control sign",
                hint="Write it on one line.",
                file=shown,
                line=line,
                field=name,
            )
    try:
        subscription = read_subscription(row["account"])
    except SubscriptionError as error:
        raise RegisterError(error.message, hint=error.hint, file=shown, line=line, field="account") from None
    declared = row["declared_purpose"]
    return Entry(
        customer=row["customer"],
        subscription=subscription,
        declared_purpose=_PURPOSES.get(declared, declared) or None,
        home_region=row["home_region"] or None,
        tier=row.get("tier") or None,
        contract=row.get("contract") or None,
    )
