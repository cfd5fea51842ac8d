"""Whoever asks in an unusual way is asked the same question: whose storage is it, and what is done to it?"""

from __future__ import annotations

import secrets

import pytest

from mithaq.measures.model import Operation
from mithaq.measures.targets.gateway.asked import EVERYTHING, Action, read_request
from mithaq.measures.targets.gateway.deciding import Rules
from mithaq.measures.targets.gateway.owners import Owners
from mithaq.measures.targets.gateway.rules import checked, refusing

HOSTS = ("s3.example", "s3.eu.example")
SIGNED = "AWS4-HMAC-SHA256 Credential={}/20261126/x/s3/aws4_request, SignedHeaders=host, Signature=00"
OWNERS = Owners(
    places={"acme-data": "acme", "globex-data": "globex", "AUTH_acme": "acme", "AUTH_globex": "globex"},
    keys={"AKACME": "acme", "AKGLOBEX": "globex"},
)


def closes(*operations: Operation, only: tuple[str, ...] = ()) -> Rules:
    policy = checked([refusing("c_asked", operations, only)])
    return Rules(owners=OWNERS, sets={"acme": policy}, whole=True)


def case(rules: Rules, method: str, target: str, key: str = "", **headers: str) -> str:
    """Give the case that refuses a request, or nothing."""
    plain = {"host": "s3.example", **{name.replace("_", "-"): value for name, value in headers.items()}}
    if key:
        plain["authorization"] = SIGNED.format(key)
    return rules.decide(read_request(method, target, plain, HOSTS)).case


WRITES = closes(Operation.WRITE)
READS = closes(Operation.READ)


@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        ("PUT", "/acme-data/k", {}),
        ("PUT", "//acme-data/k", {}),
        ("PUT", "/./acme-data/k", {}),
        ("PUT", "/globex-data/../acme-data/k", {}),
        ("PUT", "/%61cme-data/k", {}),
        ("PUT", "/acme-data%2Fk", {}),
        ("PUT", "/k", {"host": "acme-data.s3.example"}),
        ("PUT", "/k", {"host": "ACME-data.S3.eu.example.:8443"}),
        ("PUT", "/globex-data/k", {"host": "acme-data.s3.example"}),
        ("PUT", "/k", {"host": "acme-data"}),
        ("PUT", "/a/k", {"host": "acme-data:80"}),
        ("PUT", "/a/k", {"host": "acme-data"}),
        ("PUT", "http://s3.example/acme-data/k", {}),
        ("PUT", "/acme-data/k?partNumber=1&uploadId=x", {}),
        ("PUT", "/acme-data/k?tagging", {}),
        ("PUT", "/acme-data/k?acl&partNumber=1", {}),
        ("PUT", "/acme-data?policy&x=1", {}),
        ("POST", "/acme-data/k?uploads", {}),
        ("POST", "/acme-data/k?uploadId=x", {}),
        ("POST", "/acme-data/k?select&select-type=2&uploads", {}),
        ("POST", "/acme-data", {"content_type": "multipart/form-data; boundary=x"}),
        ("PUT", "/acme-data/k", {"x_amz_copy_source": "/globex-data/k"}),
        ("PROPFIND", "/acme-data/k", {}),
        ("PUT", "/v1/AUTH_acme/c/k", {}),
        ("PUT", "/swift/v1/AUTH_acme/c/k", {}),
        ("POST", "/v1/AUTH_acme/c/k", {}),
        ("POST", "/v1/AUTH_acme/c", {"content_type": "multipart/form-data"}),
        ("PUT", "/v1/AUTH_acme/c?extract-archive=tar", {}),
        ("COPY", "/v1/AUTH_globex/c/k", {"destination_account": "AUTH_acme", "destination": "c/k"}),
    ],
)
def test_whatever_stores_something_with_the_customer_is_closed_whoever_asks(
    method: str, target: str, headers: dict[str, str]
) -> None:
    for key in ("", "AKACME", "AKGLOBEX", "AKNOBODY"):
        assert case(WRITES, method, target, key, **headers) == "c_asked", key


@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        ("GET", "/acme-data/k", {}),
        ("HEAD", "/acme-data/k?versionId=1", {}),
        ("GET", "/acme-data/k?acl&tagging", {}),
        ("POST", "/acme-data/k?select&select-type=2", {}),
        ("PUT", "/globex-data/k", {"x_amz_copy_source": "acme-data/k"}),
        ("PUT", "/globex-data/k", {"x_amz_copy_source": "%2Facme-data%2Fk?versionId=1"}),
        ("PUT", "/globex-data/k?partNumber=1&uploadId=x", {"x_amz_copy_source": "/globex/../acme-data/k"}),
        ("GET", "/v1/AUTH_acme/c/k?temp_url_sig=x&temp_url_expires=1", {}),
        ("COPY", "/v1/AUTH_acme/c/k", {"destination_account": "AUTH_globex", "destination": "c/k"}),
        ("PUT", "/v1/AUTH_globex/c/k", {"x_copy_from": "c/k", "x_copy_from_account": "AUTH_acme"}),
    ],
)
def test_whatever_takes_something_of_the_customers_out_is_closed_whoever_asks(
    method: str, target: str, headers: dict[str, str]
) -> None:
    for key in ("", "AKACME", "AKGLOBEX"):
        assert case(READS, method, target, key, **headers) == "c_asked", key


@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        ("GET", "/acme-data/k", {}),
        ("GET", "/acme-data?list-type=2", {}),
        ("HEAD", "/acme-data", {}),
        ("DELETE", "/acme-data/k", {}),
        ("POST", "/acme-data?delete", {}),
        ("PUT", "/acme-data", {}),
        ("PUT", "/acme-data?policy", {}),
        ("GET", "/", {}),
        ("OPTIONS", "/acme-data/k", {}),
        ("PUT", "/globex-data/k", {"x_amz_copy_source": "/acme-data/k"}),
        ("PUT", "/globex-data/acme-data/k", {}),
        ("PUT", "/new", {"host": "elsewhere.example"}),
        ("PUT", "/acme-data/k", {"host": "globex-data.s3.example"}),
    ],
)
def test_what_a_cut_of_storing_does_not_name_stays_open(
    method: str, target: str, headers: dict[str, str]
) -> None:
    assert case(WRITES, method, target, "AKACME", **headers) == ""


def test_in_swift_too_only_what_is_cut_is_closed_and_a_bucket_of_such_a_name_is_no_way_around() -> None:
    assert case(WRITES, "PUT", "/v1/AUTH_globex/acme-data/k") == ""
    assert case(WRITES, "PUT", "/v1/AUTH_acme/c") == ""
    assert case(WRITES, "DELETE", "/v1/AUTH_acme/c/k") == ""
    assert case(WRITES, "PUT", "/swift/v1/AUTH_globex/k", "AKACME") == "c_asked"


def test_a_bucket_that_no_table_names_is_closed_by_the_key_however_it_signs() -> None:
    asked = [
        read_request(
            "PUT", "/new/k", {"host": "s3.example", "authorization": SIGNED.format("AKACME")}, HOSTS
        ),
        read_request("PUT", "/new/k", {"host": "s3.example", "authorization": "AWS AKACME:c2ln"}, HOSTS),
        read_request("PUT", "/new/k?X-Amz-Credential=AKACME%2F2026%2Fs3&X-Amz-Signature=0", {}, HOSTS),
        read_request("PUT", "/new/k?AWSAccessKeyId=AKACME&Signature=0&Expires=1", {}, HOSTS),
        read_request(
            "PUT",
            "/new/k?x-amz-credential=AKACME%2F2026",
            {"authorization": SIGNED.format("AKGLOBEX")},
            HOSTS,
        ),
    ]
    assert {WRITES.decide(each).case for each in asked} == {"c_asked"}
    assert case(WRITES, "PUT", "/new/k", "AKGLOBEX") == ""
    assert case(WRITES, "PUT", "/new/k") == ""


def test_only_the_named_buckets_are_closed_where_a_cut_names_some() -> None:
    rules = closes(Operation.WRITE, only=("acme-data",))
    assert case(rules, "PUT", "/acme-data/k", "AKACME") == "c_asked"
    assert case(rules, "PUT", "/new/k", "AKACME") == ""


def test_a_method_that_nobody_knows_is_taken_for_everything() -> None:
    asked = read_request("BREW", "/acme-data/k", {}, HOSTS)
    assert tuple(deed.action for deed in asked.deeds) == EVERYTHING


def test_operations_have_the_words_of_an_s3_access_log() -> None:
    words = {
        ("PUT", "/b/k"): "REST.PUT.OBJECT",
        ("PUT", "/b/k?partNumber=1&uploadId=x"): "REST.PUT.PART",
        ("POST", "/b/k?uploads"): "REST.POST.UPLOADS",
        ("POST", "/b/k?uploadId=x"): "REST.POST.UPLOAD",
        ("GET", "/b/k"): "REST.GET.OBJECT",
        ("GET", "/b?versions"): "REST.GET.BUCKETVERSIONS",
        ("GET", "/b?list-type=2"): "REST.GET.BUCKET",
        ("GET", "/"): "REST.GET.SERVICE",
        ("DELETE", "/b/k"): "REST.DELETE.OBJECT",
        ("PUT", "/b?policy"): "REST.PUT.POLICY",
        ("PUT", "/v1/AUTH_acme/c/k"): "REST.PUT.OBJECT",
    }
    assert {asked: read_request(*asked, {}, HOSTS).word for asked in words} == words
    copied = read_request("PUT", "/b/k", {"x-amz-copy-source": "/c/k"}, HOSTS)
    assert copied.word == "REST.COPY.OBJECT"


def test_a_long_line_of_nonsense_is_understood_somehow() -> None:
    for _ in range(200):
        target = "/" + secrets.token_urlsafe(30).replace("_", "%2f").replace("-", "?")
        for deed in read_request(secrets.choice(["GET", "PUT", "POST", "X"]), target, {}, HOSTS).deeds:
            assert deed.action in Action
