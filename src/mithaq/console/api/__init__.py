"""The API under /api/v1: the rooms' routers, mounted in one place."""

from __future__ import annotations

from ninja import NinjaAPI

from mithaq import __version__
from mithaq.console.api.problems import answer
from mithaq.identity.api import router as unlock
from mithaq.kernel.errors import MithaqError
from mithaq.people.api import router as people

api = NinjaAPI(title="Mithaq", version=__version__, urls_namespace="api", docs_url=None)
api.add_router("/people", people)
api.add_router("/unlock", unlock)
api.exception_handler(MithaqError)(answer)
