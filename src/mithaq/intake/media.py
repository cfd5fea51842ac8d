"""What may be attached: a short list of types, each told by the first bytes of a file and by nothing more.

The bytes are not opened, rendered, unpacked or searched for malware: they are kept as they came and given
out only as a download. Whoever opens one does so on their own machine and at their own risk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mithaq.intake.errors import BadAttachment

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_PER_CASE: Final = 50

_NAME_LIMIT: Final = 255


@dataclass(frozen=True, slots=True)
class _Type:
    """`begins` are the first bytes of a file of the type; None for text: UTF-8 without a null."""

    extension: str
    begins: bytes | None


_TYPES: Final = {
    "application/json": _Type("json", None),
    "application/pdf": _Type("pdf", b"%PDF-"),
    "image/jpeg": _Type("jpg", b"\xff\xd8\xff"),
    "image/png": _Type("png", b"\x89PNG\r\n\x1a\n"),
    "message/rfc822": _Type("eml", None),
    "text/csv": _Type("csv", None),
    "text/plain": _Type("txt", None),
}

TYPES: Final = tuple(_TYPES)


def check_document(data: bytes, media_type: str, name: str) -> None:
    """Refuse what is too large, of another type, or not what it is declared to be; raises BadAttachment."""
    if not data:
        raise BadAttachment("the file is empty", field="file", hint="Attach the document itself.")
    if len(data) > MAX_BYTES:
        raise BadAttachment(
            f"the file has {len(data)} bytes", field="file", hint=f"At most {MAX_BYTES} are kept; split it."
        )
    kind = _TYPES.get(media_type)
    if kind is None:
        raise BadAttachment(
            "files of this type are not taken", field="file", hint=f"Attach one of: {', '.join(TYPES)}."
        )
    if not (_is_text(data) if kind.begins is None else data.startswith(kind.begins)):
        raise BadAttachment(
            f"the file does not begin as {media_type} does", field="file", hint="Declare its true type."
        )
    if not 0 < len(name) <= _NAME_LIMIT or not name.isprintable():
        raise BadAttachment(
            "the name of the file is empty, too long or unprintable",
            field="name",
            hint="Give it a name of 1 to 255 printable signs.",
        )


def download_name(public: str, media_type: str) -> str:
    """Give the name under which a document is handed out: its id, never the name that it came with."""
    return f"{public}.{_TYPES[media_type].extension}"


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False
