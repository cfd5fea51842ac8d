"""The API under /api/v1: the rooms' routers, mounted in one place."""

from __future__ import annotations

from mithaq.console.api.described import MithaqAPI
from mithaq.identity.api import router as unlock
from mithaq.intake.api import router as intake
from mithaq.intake.break_glass import router as break_glass
from mithaq.measures.api import router as measures
from mithaq.people.api.routes import router as people
from mithaq.register.api import router as register
from mithaq.review.api import router as review
from mithaq.review.runs.api import router as runs

api = MithaqAPI()
api.add_router("", intake)
api.add_router("/break-glass", break_glass)
api.add_router("/people", people)
api.add_router("/unlock", unlock)
api.add_router("/register", register)
api.add_router("/review", review)
api.add_router("/review", runs)
api.add_router("/measures", measures)
