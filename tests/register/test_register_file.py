"""The register: what its CSV file says, and what is refused in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.register import Entry, Register, RegisterError, UnknownCustomer, load_register
from mithaq.terms import Purpose

GOOD = """\
customer,account,declared_purpose,home_region,tier,contract
Zaytuna Telecom,aws:111122223333,telecom-operator,eu-west-1,paid,C-7
Zaytuna Telecom,aws:444455556666,,eu-west-1,,
"زيتونة، للصور",azure:0A1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9,photo-app,westeurope,free,
Rayhan,swift:rayhan,"keeping things, mostly",,,
"""


def loaded(folder: Path, content: str | bytes) -> Register:
    path = folder / "register.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_register(path)


def test_a_register_is_read_by_subscription_and_by_customer(tmp_path: Path) -> None:
    register = loaded(tmp_path, GOOD)
    first = Entry("Zaytuna Telecom", "aws:111122223333", Purpose.TELECOM_OPERATOR, "eu-west-1", "paid", "C-7")
    second = Entry("Zaytuna Telecom", "aws:444455556666", None, "eu-west-1", None, None)
    assert register.subscription("aws:111122223333") == first
    assert register.customer("Zaytuna Telecom") == (first, second)
    assert register.subscription("aws:000000000000") is None


def test_a_subscription_is_found_however_it_is_spelled(tmp_path: Path) -> None:
    register = loaded(tmp_path, GOOD)
    entry = register.subscription("AZURE:0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9")
    assert entry is not None
    assert entry.customer == "زيتونة، للصور"


def test_words_outside_the_list_of_purposes_are_kept_as_text(tmp_path: Path) -> None:
    entry = loaded(tmp_path, GOOD).subscription("swift:rayhan")
    assert entry is not None
    assert entry.declared_purpose == "keeping things, mostly"
    assert not isinstance(entry.declared_purpose, Purpose)
    assert entry.home_region is None


def test_a_purpose_in_other_letters_is_text_too(tmp_path: Path) -> None:
    entry = loaded(tmp_path, GOOD.replace("photo-app", "Photo App")).entries[2]
    assert not isinstance(entry.declared_purpose, Purpose)


def test_a_byte_order_mark_line_ends_blank_lines_and_another_order_change_nothing(tmp_path: Path) -> None:
    expected = loaded(tmp_path, GOOD)
    assert loaded(tmp_path, b"\xef\xbb\xbf" + GOOD.encode()) == expected
    assert loaded(tmp_path, GOOD.replace("\n", "\r\n")) == expected
    assert loaded(tmp_path, GOOD.replace("\n", "\n\n")) == expected
    short = "customer,account,declared_purpose,home_region\nRayhan,swift:a,iot,RegionOne\n"
    turned = "home_region, account ,customer,declared_purpose\nRegionOne, swift:a ,Rayhan,iot\n"
    assert loaded(tmp_path, turned) == loaded(tmp_path, short)


def test_an_unknown_customer_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    register = loaded(tmp_path, GOOD)
    with pytest.raises(UnknownCustomer) as refused:
        register.customer("Zaytuna Telekom")
    assert refused.value.hint == 'Did you mean "Zaytuna Telecom"?'
    with pytest.raises(UnknownCustomer) as refused:
        register.customer("Somebody else entirely")
    assert "Zaytuna" not in refused.value.hint


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "words"),
    [
        ("declared_purpose", "purpose", 1, "purpose", 'no column "purpose"'),
        ("home_region,tier", "home_region,home_region", 1, "home_region", "2 times"),
        (",home_region,tier", ",tier", 1, "home_region", 'no column "home_region"'),
        ("tier,contract", "teir,contract", 1, "teir", 'no column "teir"'),
        ("Rayhan,", ",", 5, "customer", "customer is empty"),
        ("swift:rayhan", "", 5, "account", "account is empty"),
        ("swift:rayhan", "rayhan", 5, "account", "not a subscription"),
        ("swift:rayhan", "AWS:111122223333", 5, "account", "line 2 already under another customer"),
        ("aws:444455556666", "aws:111122223333", 3, "account", "line 2 already"),
        ("Rayhan,", "Ray,han,", 5, None, "7 fields"),
        (",free,\n", ",free\n", 4, None, "5 fields"),
        ('"keeping things, mostly"', '"keeping', 5, None, "not CSV"),
        ('"keeping things, mostly"', '"keeping" things', 5, None, "not CSV"),
        ("Rayhan", '"Ray\nhan"', 5, "customer", "line break"),
        ("Rayhan", "Ray\0han", 5, "customer", "control sign"),
    ],
)
def test_a_bad_row_is_refused_with_line_and_field(
    old: str, new: str, line: int, field: str | None, words: str, tmp_path: Path
) -> None:
    assert old in GOOD
    with pytest.raises(RegisterError) as refused:
        loaded(tmp_path, GOOD.replace(old, new, 1))
    error = refused.value
    assert (error.file, error.line, error.field) == (str(tmp_path / "register.csv"), line, field)
    assert words in error.message
    assert error.hint


def test_an_unknown_column_is_answered_with_the_nearest_known_one(tmp_path: Path) -> None:
    with pytest.raises(RegisterError) as refused:
        loaded(tmp_path, GOOD.replace("declared_purpose", "declared-purposes"))
    assert refused.value.hint == 'Did you mean "declared_purpose"?'


def test_lines_are_counted_over_fields_of_several_lines_and_blank_ones(tmp_path: Path) -> None:
    content = 'customer,account,declared_purpose,home_region\n\nA,aws:1,iot,"x\ny"\n'
    with pytest.raises(RegisterError) as refused:
        loaded(tmp_path, content)
    assert refused.value.line == 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"customer,account,declared_purpose,home_region\n", "no rows"),
        (b"customer;account;declared_purpose;home_region\nA;aws:1;;\n", "semicolons"),
        (GOOD.encode("utf-16"), "UTF-8"),
        (GOOD.encode().replace(b"Rayhan", b"R\xe9yhan"), "UTF-8"),
    ],
)
def test_a_file_of_another_form_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(RegisterError) as refused:
        loaded(tmp_path, content)
    assert words in refused.value.message
    assert refused.value.hint


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegisterError) as refused:
        load_register(tmp_path / "nowhere.csv")
    assert refused.value.file == str(tmp_path / "nowhere.csv")
    with pytest.raises(RegisterError, match="folder"):
        load_register(tmp_path)


@given(st.integers(0, len(GOOD)), st.integers(0, 20), st.text(max_size=6))
def test_a_register_with_anything_put_into_it_raises_only_our_error(
    tmp_path_factory: pytest.TempPathFactory, place: int, cut: int, piece: str
) -> None:
    content = GOOD[:place] + piece + GOOD[place + cut :]
    folder = tmp_path_factory.getbasetemp()
    outcome: Register | RegisterError
    try:
        outcome = loaded(folder, content.encode("utf-8", "surrogatepass"))
    except RegisterError as error:
        outcome = error
    assert outcome.hint if isinstance(outcome, RegisterError) else outcome.entries
