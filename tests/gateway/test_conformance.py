"""Measures at a gateway, over a stand-in for a store: what is cut is closed through it from everywhere."""

from __future__ import annotations

import secrets

import pytest
from tests.gateway.customers import Customer
from tests.measures.conformance import CUTS, closes_and_comes_back

from mithaq.measures.matrix import Vantage
from mithaq.measures.model import Cut

pytestmark = pytest.mark.enable_socket


# Every cut with every reach is tried behind nginx, in tests/servers.
@pytest.mark.parametrize(
    ("name", "reach"),
    [("write", "whole account"), ("read and list", "whole account"), ("all", "one bucket")],
)
def test_a_cut_closes_what_it_names_from_everywhere_and_comes_back_byte_for_byte(
    customer: Customer, name: str, reach: str
) -> None:
    only = (customer.bucket,) if reach == "one bucket" else ()
    cut = Cut(account=customer.tenant, operations=CUTS[name], only=only, case="c_asked")
    account = customer.driver.at(customer.tenant, secrets.token_hex(8))
    closed = {Vantage.OWNER, Vantage.PRESIGNED, Vantage.ANONYMOUS, Vantage.GRANTEE}
    if not only:
        closed.add(Vantage.SIBLING)
    seen = closes_and_comes_back(account, cut, closed, customer.everything)
    refused = [cell.note for cell in seen.cells if cell.note.startswith("403")]
    assert refused
    assert all(note.endswith("AccessDenied c_asked") for note in refused)
