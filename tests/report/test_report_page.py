"""The page as a whole: complete in both languages, safe, self-contained, the same for the same review."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from typing_extensions import override

from mithaq.evidence.report import ReportError, render_report
from mithaq.evidence.result import Assessment, ClauseResult, ReviewResult
from mithaq.terms import Allegation, LocalisedText, Pack, StoresClaim

VOID = {"meta", "br", "hr", "input", "img", "link", "col"}
SHAPES = {"path", "line", "rect", "circle"}
ARABIC = re.compile(r"[\u0600-\u06ff]")
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)> \u202etxt.exe {{ 7 * 7 }} {count}'


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parent: Element | None
    children: list[Element] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def walk(self) -> list[Element]:
        return [self, *(inner for child in self.children for inner in child.walk())]

    def words(self, *, without: frozenset[str] = frozenset()) -> str:
        """Text of this element and below, in no order, leaving out some tags."""
        return " ".join(text for each in self.walk() if not each.inside(without) for text in each.text)

    def inside(self, tags: frozenset[str]) -> bool:
        place: Element | None = self
        while place is not None:
            if place.tag in tags:
                return True
            place = place.parent
        return False

    def find(self, tag: str) -> list[Element]:
        return [each for each in self.walk() if each.tag == tag]


class StrictParser(HTMLParser):
    """Builds the tree and fails on what a browser would have to repair."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#document", {}, None)
        self.place = self.root

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice"
        element = Element(tag, {name: value or "" for name, value in attrs}, self.place)
        self.place.children.append(element)
        if tag not in VOID:
            self.place = element

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self.place.tag == tag, f"</{tag}> closes <{self.place.tag}>"
        assert self.place.parent is not None
        self.place = self.place.parent

    @override
    def handle_data(self, data: str) -> None:
        if data.strip():
            self.place.text.append(data)


def parse(page: str) -> Element:
    parser = StrictParser()
    parser.feed(page)
    parser.close()
    assert parser.place is parser.root, f"<{parser.place.tag}> is never closed"
    return parser.root


def halves(root: Element) -> dict[str, Element]:
    return {
        each.attributes["id"]: each
        for each in root.find("article")
        if "page" in each.attributes.get("class", "")
    }


@pytest.fixture(params=["violating", "twins", "empty"])
def result(request: pytest.FixtureRequest) -> ReviewResult:
    made: ReviewResult = request.getfixturevalue(request.param)
    return made


@pytest.fixture
def page(allegation: Allegation, pack: Pack, result: ReviewResult) -> str:
    return render_report(allegation, pack, result)


def test_the_page_is_well_formed_and_every_id_and_reference_holds(page: str) -> None:
    elements = parse(page).walk()
    ids = [each.attributes["id"] for each in elements if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    for each in elements:
        for name in ("aria-labelledby", "aria-describedby"):
            assert set(each.attributes.get(name, "").split()) <= set(ids)
        if each.tag == "a":
            assert each.attributes["href"].removeprefix("#") in ids
        for value in each.attributes.values():
            assert set(re.findall(r"url\(#([^)]*)\)", value)) <= set(ids)


def test_the_page_needs_nothing_from_outside_and_runs_nothing(page: str) -> None:
    root = parse(page)
    for each in root.walk():
        assert each.tag not in {
            "script",
            "link",
            "img",
            "image",
            "iframe",
            "object",
            "embed",
            "use",
            "form",
            "base",
        }
        for name, value in each.attributes.items():
            assert name not in {"style", "src", "srcset", "action", "xlink:href"}
            assert not name.startswith("on")
            assert not value.startswith(("http:", "https:", "//", "data:", "javascript:"))
    assert not re.search(r"https?:", page.replace("http-equiv", ""))
    assert "@import" not in page
    assert "url(" not in root.find("style")[0].words()


def test_a_strict_content_policy_lets_the_one_style_sheet_through_and_nothing_else(page: str) -> None:
    style = page.split("<style>", 1)[1].split("</style>", 1)[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policies = [each for each in parse(page).find("meta") if "http-equiv" in each.attributes]
    assert [each.attributes["content"] for each in policies] == [
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    ]


def test_each_language_has_its_own_half_with_language_and_direction(page: str) -> None:
    both = halves(parse(page))
    assert {name: (half.attributes["lang"], half.attributes["dir"]) for name, half in both.items()} == {
        "ar": ("ar", "rtl"),
        "en": ("en", "ltr"),
    }
    for name, half in both.items():
        switch = [each for each in half.find("a") if each.attributes.get("hreflang")]
        assert [each.attributes["href"] for each in switch] == ["#en" if name == "ar" else "#ar"]


def test_both_halves_are_built_alike(page: str) -> None:
    both = halves(parse(page))
    # <bdi> and <time> follow each language's grammar; what carries the content is the same in both.
    outline = {
        name: [
            (each.tag, each.attributes.get("class"))
            for each in half.walk()
            if each.tag
            in {
                "section",
                "article",
                "h1",
                "h2",
                "h3",
                "h4",
                "table",
                "tr",
                "th",
                "td",
                "figure",
                "svg",
                "li",
            }
        ]
        for name, half in both.items()
    }
    assert outline["ar"] == outline["en"]


def test_every_claim_and_clause_stands_in_both_languages(
    page: str, allegation: Allegation, result: ReviewResult
) -> None:
    for half in halves(parse(page)).values():
        ids = {text for each in half.find("bdi") for text in each.text}
        assert {claim.id for claim in allegation.claims} <= ids
        assert {clause.id for clause in result.clauses} <= ids


def test_english_has_no_arabic_and_arabic_no_western_digits_outside_identifiers(page: str) -> None:
    both = halves(parse(page))
    for each in both["en"].walk():
        if each.attributes.get("lang") != "ar":
            assert not any(ARABIC.search(text) for text in each.text)
    for each in both["ar"].walk():
        if each.attributes.get("dir") in {"ltr", "auto"} or each.tag == "blockquote":
            continue
        for text in each.text:
            assert not re.search(r"[0-9]", re.sub(r"\u2068.*?\u2069|SHA-256", "", text)), text


def test_headings_never_skip_a_level_and_there_is_one_title_per_language(page: str) -> None:
    for half in halves(parse(page)).values():
        levels = [int(each.tag[1]) for each in half.walk() if re.fullmatch(r"h[1-6]", each.tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))


def test_every_table_has_a_caption_and_headers_with_a_scope(page: str) -> None:
    for table in parse(page).find("table"):
        assert table.find("caption")
        assert all(header.attributes["scope"] in {"col", "row"} for header in table.find("th"))
        for row in table.find("tr"):
            assert row.find("th")


def test_every_drawing_has_a_text_alternative_or_is_hidden(page: str) -> None:
    for svg in parse(page).find("svg"):
        if svg.attributes.get("aria-hidden") == "true":
            continue
        assert svg.attributes["role"] == "img"
        assert svg.attributes["direction"] == "ltr"
        assert svg.find("title")[0].words()
        assert svg.find("desc")[0].words()


def test_that_a_clause_is_violated_is_left_to_a_person_in_both_languages(page: str) -> None:
    both = halves(parse(page))
    assert both["en"].words().count("only ever a person’s finding") == 2
    assert both["ar"].words().count("نتيجة يخلص إليها إنسان") == 2


def test_the_limits_are_said(page: str) -> None:
    both = halves(parse(page))
    assert "Metadata shows neither consent nor lawfulness" in both["en"].words()
    assert "right about only 1 in 100" in both["en"].words()
    assert "لا تُظهر البيانات الوصفية الموافقة ولا المشروعية" in both["ar"].words()


def test_the_same_review_gives_the_same_bytes_and_only_the_time_of_making_may_differ(
    allegation: Allegation, pack: Pack, violating: ReviewResult
) -> None:
    first = render_report(allegation, pack, violating)
    assert render_report(allegation, pack, violating) == first
    made_at = violating.provenance.made_at + timedelta(minutes=1)
    later = replace(violating, provenance=replace(violating.provenance, made_at=made_at))
    changed = [
        (one, other)
        for one, other in zip(
            first.splitlines(), render_report(allegation, pack, later).splitlines(), strict=True
        )
        if one != other
    ]
    assert len(changed) == 2
    assert all("<time" in one for one, _ in changed)


def test_hostile_words_of_the_allegation_stay_words(
    allegation: Allegation, pack: Pack, violating: ReviewResult
) -> None:
    first, *others = allegation.claims
    assert isinstance(first, StoresClaim)
    hostile = replace(
        allegation,
        customer=HOSTILE,
        subscriptions=(),
        claims=(replace(first, text=LocalisedText(HOSTILE, HOSTILE)), *others),
    )
    result = replace(violating, subjects={HOSTILE: (HOSTILE,)})
    page = render_report(hostile, pack, result)
    root = parse(page)
    assert not root.find("script")
    assert not root.find("img")
    quotes = [text for each in root.find("blockquote") for text in each.text if "script" in text]
    assert quotes == [HOSTILE] * 2
    for each in root.walk():
        if any("alert(1)" in text for text in each.text):
            assert each.tag == "bdi" or each.attributes.get("dir") == "auto"


def test_the_reference_that_may_lead_to_whoever_reported_is_left_out(
    page: str, allegation: Allegation
) -> None:
    assert allegation.reference is not None
    assert "press.invalid" in allegation.reference
    assert "press.invalid" not in page


def test_a_subject_without_records_is_said_to_be_so_and_nothing_is_drawn(
    allegation: Allegation, pack: Pack, empty: ReviewResult
) -> None:
    both = halves(parse(render_report(allegation, pack, empty)))
    assert "every claim stays undetermined" in both["en"].words()
    assert "كل زعم يبقى غير محسوم" in both["ar"].words()
    assert "7 claims were tested against usage metadata: 7 are undetermined." in both["en"].words()
    for half in both.values():
        assert not [each for each in half.find("svg") if each.attributes.get("role") == "img"]


def test_charts_stand_under_the_claims_that_need_them_and_each_is_drawn_once(
    allegation: Allegation, pack: Pack, violating: ReviewResult
) -> None:
    half = halves(parse(render_report(allegation, pack, violating)))["en"]
    claims = [each for each in half.find("article") if each.attributes.get("class") == "claim"]
    drawn = [
        [title.words() for svg in claim.find("svg") for title in svg.find("title")] for claim in claims[:7]
    ]
    assert drawn == [
        ["Figure 1: How large the objects are", "Figure 2: How large the objects are"],
        ["Figure 3: When objects are created"],
        ["Figure 4: Objects created per day"],
        [],
        [],
        ["Figure 5: Data sent out per day (egress)"],
        ["Figure 6: When objects are created"],
    ]
    assert [each.attributes["href"] for each in claims[6].find("a")] == [
        "#en-figure-1",
        "#en-figure-2",
        "#en-figure-3",
    ]
    assert "Figure 7: Data received per day" in half.words()


def test_a_review_of_other_claims_is_refused(
    allegation: Allegation, pack: Pack, violating: ReviewResult
) -> None:
    with pytest.raises(ReportError, match="the allegation makes"):
        render_report(allegation, pack, replace(violating, claims=violating.claims[:-1]))


def test_a_clause_that_the_pack_does_not_have_is_refused(
    allegation: Allegation, pack: Pack, violating: ReviewResult
) -> None:
    clauses = (ClauseResult("T99", Assessment.INDICATED),)
    with pytest.raises(ReportError, match="T99"):
        render_report(allegation, pack, replace(violating, clauses=clauses))
