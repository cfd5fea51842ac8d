"""Django's settings for the tests: the product's own, with a state folder of their own and quick hashing."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("MITHAQ_HOME", tempfile.mkdtemp(prefix="mithaq-test-home-"))
# A browser's driver keeps an event loop in the thread of the tests, which Django takes for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from mithaq.console.settings import *  # noqa: F403  # the environment must be set before

PASSWORD_HASHERS = ("django.contrib.auth.hashers.MD5PasswordHasher",)
API_A_MINUTE = 0  # tests ask as fast as they can; those of the limit set one
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
