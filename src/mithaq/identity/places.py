"""Where the lake's key lies: where it is said to, else beside the lake, never inside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mithaq.identity.errors import BadKeyFile


def key_file_of(lake: Path, *, given: Path | None, environment: Mapping[str, str]) -> Path:
    """Choose the key file: the given one, else `MITHAQ_KEY_FILE`, else `<lake>.key`.

    Raises BadKeyFile when it would lie inside the lake.
    """
    named = environment.get("MITHAQ_KEY_FILE")
    whole = lake.absolute()
    path = given or (Path(named) if named else whole.with_name(whole.name + ".key"))
    if path.resolve().is_relative_to(lake.resolve()):
        raise BadKeyFile(
            "the key must not lie inside the lake",
            file=str(path),
            hint="Whoever copies the lake would copy the key with it: name a place outside.",
        )
    return path
