"""Where the lake's key lies: `--key`, else `MITHAQ_KEY_FILE`, else `<lake>.key` beside the lake."""

from __future__ import annotations

import os
from pathlib import Path

from mithaq.identity import BadKeyFile


def key_path(lake: Path, given: Path | None) -> Path:
    """Choose the key file; raises BadKeyFile when it would lie inside the lake."""
    named = os.environ.get("MITHAQ_KEY_FILE")
    whole = lake.absolute()
    path = given or (Path(named) if named else whole.with_name(whole.name + ".key"))
    if path.resolve().is_relative_to(lake.resolve()):
        raise BadKeyFile(
            "the key must not lie inside the lake",
            file=str(path),
            hint="Whoever copies the lake would copy the key with it: name a place outside.",
        )
    return path
