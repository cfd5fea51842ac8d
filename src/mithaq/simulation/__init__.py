"""A pretend provider that writes logs in the providers' own formats.

`write_scenario` writes a scenario's logs, register and example allegations; `write_s3_lines` and
`write_cloudtrail_records` write logs in bulk, for measuring. Everything is invented and follows from a seed.
"""

from mithaq.simulation.bulk import write_cloudtrail_records, write_s3_lines
from mithaq.simulation.customers import Customer, customers
from mithaq.simulation.errors import FolderNotEmpty, UnknownScenario, WriteFailed
from mithaq.simulation.provider import Progress, Written, truth_document, write_scenario
from mithaq.simulation.scenario import Fixed, Scenario, SimulatedTenant, Telling
from mithaq.simulation.stories import SCENARIOS, population, scenario_named

__all__ = [
    "SCENARIOS",
    "Customer",
    "Fixed",
    "FolderNotEmpty",
    "Progress",
    "Scenario",
    "SimulatedTenant",
    "Telling",
    "UnknownScenario",
    "WriteFailed",
    "Written",
    "customers",
    "population",
    "scenario_named",
    "truth_document",
    "write_cloudtrail_records",
    "write_s3_lines",
    "write_scenario",
]
