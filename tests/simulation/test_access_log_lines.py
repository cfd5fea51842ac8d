"""The written S3 access logs, read by a reader of the test's own."""

from collections import Counter
from pathlib import Path

import numpy as np
from tests.simulation.conftest import Demo
from tests.simulation.readers import Request, log_files, read_line, requests_of, text_of

from mithaq.simulation import write_s3_lines
from mithaq.simulation.s3_lines import Line, LineWriter


def lines(demo: Demo, slug: str) -> list[Request]:
    return requests_of(demo.folder / "logs" / "s3-access-log" / slug)


def test_every_line_is_one_that_the_format_knows(demo: Demo) -> None:
    read = requests_of(demo.folder / "logs" / "s3-access-log")
    assert len(read) > 10_000
    start = demo.scenario.start_day * 86400
    assert all(start <= request.second < start + 4 * 86400 for request in read)
    operations = {request.fields["operation"] for request in read}
    assert {"REST.PUT.OBJECT", "REST.GET.OBJECT", "REST.HEAD.OBJECT", "REST.GET.BUCKET"} <= operations
    assert "S3.EXPIRE.OBJECT" in operations


def test_most_lines_have_the_fields_of_today_and_a_few_are_shorter(demo: Demo) -> None:
    counts = Counter(request.count for request in requests_of(demo.folder / "logs" / "s3-access-log"))
    assert min(counts) >= 17
    assert max(counts) == 27
    usual = counts[26] + counts[27]
    assert 0 < sum(counts.values()) - usual < 0.005 * sum(counts.values())


def test_lines_come_in_every_length_that_has_been_written() -> None:
    writer = LineWriter("a" * 64, "eu-west-1", np.random.default_rng(1))
    line = Line(
        0, "b", "r", "192.0.2.1", "agent", "REST.GET.OBJECT", "k", "GET /k HTTP/1.1", "200", "-", "1", "1", 9
    )
    counts = Counter(read_line(text).count for text in writer.lines([line] * 30_000))
    assert set(counts) == set(range(17, 28))


def test_lines_of_a_file_are_in_order_of_time(demo: Demo) -> None:
    for path in log_files(demo.folder / "logs" / "s3-access-log"):
        seconds = [read_line(line).second for line in text_of(path).splitlines()]
        assert seconds == sorted(seconds)


def test_owners_are_canonical_ids_and_never_the_requester(demo: Demo) -> None:
    for customer in demo.written.customers[:5]:
        read = lines(demo, customer.spec.slug)
        assert {request.fields["owner"] for request in read} == {customer.owner}
        assert customer.owner not in {request.fields["requester"] for request in read}
        assert customer.storage_subscription == f"aws:{customer.owner}"


def test_the_host_header_names_bucket_and_region(demo: Demo) -> None:
    vault = demo.written.customers[0]
    for request in lines(demo, "harbour-vault"):
        if request.count >= 26 and request.fields["operation"] != "S3.EXPIRE.OBJECT":
            assert request.tail[5] == f"{request.fields['bucket']}.s3.eu-west-1.amazonaws.com"
    assert vault.tenant.region == "eu-west-1"


def test_objects_have_one_key_and_one_size_from_writing_to_reading(demo: Demo) -> None:
    sizes: dict[str, str] = {}
    again = 0
    for request in lines(demo, "lantern-photos"):
        key = request.fields["key"]
        if request.fields["operation"] == "REST.PUT.OBJECT" and request.fields["status"] == "200":
            assert request.fields["requester"].startswith("svc:") or key not in sizes
            sizes[key] = request.fields["size"]
        elif request.fields["operation"] == "REST.GET.OBJECT" and key in sizes:
            assert request.fields["size"] == sizes[key]
            again += 1
    assert again > 50


def test_a_ranged_read_sends_less_than_the_object_and_says_so(demo: Demo) -> None:
    reads = [
        request.fields
        for request in lines(demo, "lantern-photos")
        if request.fields["operation"] == "REST.GET.OBJECT" and request.fields["sent"] != "-"
    ]
    assert len(reads) > 500
    for fields in reads:
        part = int(fields["sent"]) < int(fields["size"])
        assert fields["status"] == ("206" if part else "200")


def test_lifecycle_rules_act_for_the_store_at_midnight(demo: Demo) -> None:
    expired = [r for r in lines(demo, "quayside-cameras") if r.fields["operation"] == "S3.EXPIRE.OBJECT"]
    assert len(expired) > 500
    for request in expired:
        assert request.fields["requester"] == "AmazonS3"
        assert request.fields["address"] == request.fields["uri"] == request.fields["status"] == "-"
        assert request.second % 86400 < 6 * 3600


def test_the_provider_itself_and_people_without_account_ask_too(demo: Demo) -> None:
    requesters = {request.fields["requester"] for request in lines(demo, "harbour-vault")}
    assert {"svc:s3.amazonaws.com", "svc:cloudtrail.amazonaws.com", "-"} <= requesters
    assert any("AWSServiceRoleForBackup" in name for name in requesters)


def test_keys_are_percent_encoded_twice(demo: Demo) -> None:
    probed = {
        r.fields["key"] for r in lines(demo, "cedar-bank") if r.fields["operation"] == "REST.HEAD.OBJECT"
    }
    assert "reports/monthly%2520summary.pdf" in probed


def test_failed_writes_store_nothing(demo: Demo) -> None:
    failed = [
        request.fields
        for slug in ("harbour-vault", "cedar-bank", "memo-line", "quayside-cameras", "lantern-photos")
        for request in lines(demo, slug)
        if request.fields["operation"] == "REST.PUT.OBJECT" and request.fields["status"] == "403"
    ]
    assert failed
    assert all(fields["error"] == "AccessDenied" and fields["size"] == "-" for fields in failed)


def test_about_one_user_agent_in_five_thousand_has_quotes_of_its_own(tmp_path: Path) -> None:
    write_s3_lines(tmp_path / "bulk.log", 40_000, seed=1)
    agents = [read_line(line).fields["agent"] for line in (tmp_path / "bulk.log").read_text().splitlines()]
    assert 0 < sum('"' in agent for agent in agents) < len(agents) / 1_500
