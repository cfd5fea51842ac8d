"""The sign-in library's forms where a word of theirs has no translation."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.utils.translation import gettext_lazy as _


class AddKey(AddWebAuthnForm):  # type: ignore[misc]  # the library ships no annotations
    """Adding a security key."""

    def __init__(self, *args: Any, **values: Any) -> None:  # noqa: ANN401  # passed through as given
        super().__init__(*args, **values)
        self.fields["name"].label = _("Name of the key")


class RenameKey(EditWebAuthnForm):  # type: ignore[misc]  # as above
    """Renaming a security key."""

    def __init__(self, *args: Any, **values: Any) -> None:  # noqa: ANN401  # passed through as given
        super().__init__(*args, **values)
        self.fields["name"].label = _("Name of the key")
