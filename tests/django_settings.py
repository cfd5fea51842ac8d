"""Django's settings for the tests: the product's own, with a state folder of their own and quick hashing."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

if "MITHAQ_HOME" not in os.environ:
    os.environ["MITHAQ_HOME"] = tempfile.mkdtemp(prefix="mithaq-test-home-")
    atexit.register(shutil.rmtree, os.environ["MITHAQ_HOME"], ignore_errors=True)
# A browser's driver keeps an event loop in the thread of the tests, which Django takes for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from mithaq.console.settings import *  # noqa: F403  # the environment must be set before

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405  # from the product's settings
    # In memory, a live server and its test would share one connection, and Python's `sqlite3` stops for ever
    # when two threads use one while a query calls a function of Python's (Django's arithmetic with dates).
    DATABASES["default"]["TEST"] = {"NAME": HOME / "test.sqlite3"}  # noqa: F405  # as above
    # A test's database need not outlive the machine.
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"  # noqa: F405  # as above

PASSWORD_HASHERS = ("django.contrib.auth.hashers.MD5PasswordHasher",)
API_A_MINUTE = 0  # tests ask as fast as they can; those of the limit set one
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
