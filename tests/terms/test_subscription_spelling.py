"""One subscription has one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.terms import SubscriptionError, normalise_subscription, read_subscription

GUID = "0A1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9"
OWNER = "79A59DF900B949E55D96A1E698FBACEDFD6E09D98EACF8F8D5218E7CD47EF2BE"


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("aws:111122223333", "aws:111122223333"),
        ("AWS:111122223333", "aws:111122223333"),
        (f"aws:{OWNER}", f"aws:{OWNER.lower()}"),
        (f"Azure:{GUID}", f"azure:{GUID.lower()}"),
        ("gcp:my-project", "gcp:my-project"),
        ("rgw:Tenant$User", "rgw:Tenant$User"),
        ("rgw:Ada", "rgw:Ada"),
        ("oci:ocid1.compartment.oc1..aaaaExample", "oci:ocid1.compartment.oc1..aaaaExample"),
        ("swift:0123456789ABCDEF0123456789ABCDEF", "swift:0123456789abcdef0123456789abcdef"),
    ],
)
def test_provider_and_hexadecimal_ids_are_folded_and_names_are_not(written: str, folded: str) -> None:
    assert read_subscription(written) == folded
    assert normalise_subscription(written) == folded


@pytest.mark.parametrize(
    "written",
    [
        "",
        ":",
        "aws",
        "aws:",
        ":1",
        "1aws:1",
        "a b:1",
        "aws:1 2",
        "aws:1\n",
        "aws:\u202e1",
        "aws:" + "1" * 300,
    ],
)
def test_what_is_no_subscription_is_refused_with_a_hint(written: str) -> None:
    with pytest.raises(SubscriptionError) as refused:
        read_subscription(written)
    assert refused.value.hint


@given(st.text(max_size=40))
def test_folding_refuses_nothing_and_changes_nothing_the_second_time(text: str) -> None:
    once = normalise_subscription(text)
    assert normalise_subscription(once) == once
