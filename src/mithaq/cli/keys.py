"""Where the lake's key lies: `--key`, else `MITHAQ_KEY_FILE`, else `<lake>.key` beside the lake."""

from __future__ import annotations

import os
from pathlib import Path

from mithaq.identity.places import key_file_of


def key_path(lake: Path, given: Path | None) -> Path:
    """Choose the key file; raises BadKeyFile when it would lie inside the lake."""
    return key_file_of(lake, given=given, environment=os.environ)
