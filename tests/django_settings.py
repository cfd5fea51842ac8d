"""Django's settings for the tests: the product's own, with a state folder of their own and quick hashing."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("MITHAQ_HOME", tempfile.mkdtemp(prefix="mithaq-test-home-"))

from mithaq.console.settings import *  # noqa: F403  # the environment must be set before

PASSWORD_HASHERS = ("django.contrib.auth.hashers.MD5PasswordHasher",)
