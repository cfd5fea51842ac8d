"""Texts of the sign-in library that its own Arabic catalogue says worse than ours; ours stands before it."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop as _

TEXTS: Final = (
    _("Authenticator code"),
    _("Code"),
    _("Current Password"),
    _("Email"),
    _("Email address"),
    _("Incorrect code."),
    _("Incorrect password."),
    _("New Password"),
    _("New Password (again)"),
    _("Please type your current password."),
    _("The email address and/or password you specified are not correct."),
    _("Too many failed login attempts. Try again later."),
    _("Use authenticator app or code"),
    _("Use your password"),
    _("You must type the same password each time."),
)
