"""Addresses of static files that change with their bytes, without a step that collects them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


@cache
def _version(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:16]


class VersionedStorage(StaticFilesStorage):
    """Adds `?v=` and a digest to every address, so that browsers may keep the file for a year."""

    def url(self, name: str | None) -> str:
        """Give the address of a static file; raises FileNotFoundError for one that does not exist."""
        found = finders.find(name or "")
        if not isinstance(found, str):
            raise FileNotFoundError(name)
        return f"{super().url(name)}?v={_version(found)}"
