"""Subscriptions: `<provider>:<native id>`, folded so that one subscription has one spelling."""

from __future__ import annotations

import re
from typing import Final

from mithaq.terms.errors import SubscriptionError

MAX_LENGTH: Final = 300
"""Characters of a whole subscription; the longest native ids in use (OCIDs) stay below 255."""

_PROVIDER = re.compile(r"[a-z][a-z0-9-]{0,31}")
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{8,}")
"""From eight digits on: a shorter word of these letters may be somebody's user name, where case counts."""


def normalise_subscription(text: str) -> str:
    """Fold the provider, and an id that is wholly hexadecimal or a GUID, to lower case.

    Changes nothing else and refuses nothing, so that logs and documents are folded by one rule.
    """
    provider, colon, native = text.partition(":")
    folds = _GUID.fullmatch(native) or _HEXADECIMAL.fullmatch(native)
    return f"{provider.lower()}{colon}{native.lower() if folds else native}"


def read_subscription(text: str) -> str:
    """Check that a person wrote a subscription, and normalise it; raises SubscriptionError.

    Providers are an open set, since each log source may bring its own.
    """
    provider, colon, native = text.partition(":")
    if not colon or not native or not _PROVIDER.fullmatch(provider.lower()):
        raise SubscriptionError(
            f'"{text[:80]}" is not a subscription',
            hint='Write "<provider>:<native id>", such as "aws:111122223333" or "swift:project".',
        )
    if len(text) > MAX_LENGTH or not native.isprintable() or any(sign.isspace() for sign in native):
        raise SubscriptionError(
            f'the native id of "{provider}:…" holds blanks or signs that do not print, or is too long',
            hint=f"Give it exactly as the provider writes it, in at most {MAX_LENGTH} characters.",
        )
    return normalise_subscription(text)
