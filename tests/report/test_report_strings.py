"""The report's sentences: in both languages, with the same placeholders, none missing and none idle."""

from __future__ import annotations

import re
from enum import StrEnum
from importlib import resources

import pytest
from markupsafe import Markup

from mithaq.evidence.report import PhraseError
from mithaq.evidence.report.charts.daily import Measure
from mithaq.evidence.report.locales import LOCALES, Language
from mithaq.evidence.report.strings import Phrases, load_catalogue, parse_catalogue, placeholders
from mithaq.evidence.result import Verdict
from mithaq.terms import Assessment, DataKind, Processing, Rhythm, ScaleUnit

PACKAGE = "mithaq.evidence.report"
ARABIC = re.compile(r"[\u0600-\u06ff]")
LATIN_IN_ARABIC = {"SHA-256", "UUID", "UTC", "a", "n", "h", "m", "u", "d"}


def sources() -> str:
    """Everything in the package that may name a sentence."""
    room = resources.files(PACKAGE)
    files = [*room.iterdir(), *(room / "charts").iterdir(), *(room / "templates").iterdir()]
    return "\n".join(file.read_text("utf-8") for file in files if file.name.endswith((".py", ".j2")))


def test_every_sentence_is_written_in_the_script_of_its_language() -> None:
    for key, entry in load_catalogue().items():
        for text in entry.forms[Language.EN].values():
            assert not ARABIC.search(text), key
        for text in entry.forms[Language.AR].values():
            words = re.sub(r"\{\w+\}", "", text)
            if key != "provenance.digest" and words.strip():
                assert ARABIC.search(words) or not re.search(r"\w", words), key
            assert set(re.findall(r"[A-Za-z][A-Za-z0-9-]*", words)) <= LATIN_IN_ARABIC, key
            assert not re.search(r"[0-9]", words.replace("SHA-256", "")), key
            assert not re.search(r"[,;?]", words), f"{key} has a Latin sign of punctuation"


def test_no_sentence_is_idle() -> None:
    text = sources()
    composed = {
        "summary": {verdict.value for verdict in Verdict},
        "claim": {
            *(f"stores-{kind}" for kind in DataKind),
            *(f"pattern-{rhythm}" for rhythm in Rhythm),
            *(f"scale-{unit}" for unit in ScaleUnit),
            *(f"processes-{service}" for service in Processing),
        },
        "detail": {"indicator-region", *(f"time-{unit}" for unit in ("seconds", "minutes", "hours", "days"))},
        "clauses": {"meaning-person", *(f"meaning-{assessment}" for assessment in Assessment)},
        "figure": {measure.value for measure in Measure},
        "limits": set(re.findall(r'"([a-z-]+)"', text.split("for limit in", 1)[1].split("%}", 1)[0])),
    }
    headings = set(re.findall(r'"([a-z-]+)"', text.split("for part in", 1)[1].split("%}", 1)[0]))
    idle = []
    for key in load_catalogue():
        group, _, name = key.partition(".")
        known = name in composed.get(group, set()) or (name == "heading" and group in headings)
        if not known and f'"{key}"' not in text:
            idle.append(key)
    assert idle == []


@pytest.mark.parametrize(
    ("prefix", "vocabulary"),
    [
        ("claim.stores-", DataKind),
        ("claim.pattern-", Rhythm),
        ("claim.scale-", ScaleUnit),
        ("claim.processes-", Processing),
        ("summary.", Verdict),
        ("clauses.meaning-", Assessment),
    ],
)
def test_every_word_of_the_claim_vocabulary_has_its_sentence(prefix: str, vocabulary: type[StrEnum]) -> None:
    assert {f"{prefix}{word}" for word in vocabulary} <= load_catalogue().keys()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a = {en = 'One'}", "exactly `en` and `ar`"),
        ("a = {en = 'One', ar = 'واحد', fr = 'Un'}", "exactly `en` and `ar`"),
        ("a = {en = 'One {name}', ar = 'واحد'}", "different placeholders in its languages: name"),
        ("a = {en = {one = 'x', other = 'y'}, ar = 'س'}", "plural forms in one language only"),
        (
            "a = {en = {one = 'x', other = 'y'}, ar = {one = 'س', other = 'ص'}}",
            "needs exactly few, many, one, other, two, zero",
        ),
        ("a = {en = '', ar = 'س'}", "empty text"),
        ("a = {en = '{0}', ar = '{0}'}", "not a plain name"),
        ("a = {en = '{n:,}', ar = '{n:,}'}", "not a plain name"),
        ("a = {en = '{', ar = '{'}", "expected '}'|Single '{'"),
        ("a = 'one'", "not a mapping"),
        ("a = [", "not TOML"),
        ("a = {en = 'x', ar = 'س'}\na = {en = 'y', ar = 'ص'}", "not TOML"),
    ],
)
def test_an_incomplete_sentence_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(PhraseError, match=complaint):
        parse_catalogue(text)


def test_a_plural_form_may_leave_out_the_count_and_nothing_else() -> None:
    forms = (
        "{zero = '{x}', one = '{x}', two = '{x}', "
        "few = '{count} {x}', many = '{count} {x}', other = '{count} {x}'}"
    )
    assert parse_catalogue(f"a = {{en = {{one = '{{x}}', other = '{{count}} {{x}}'}}, ar = {forms}}}")
    short = forms.replace("two = '{x}'", "two = 'ص'")
    with pytest.raises(PhraseError, match=r"a\.ar\.two leaves out x"):
        parse_catalogue(f"a = {{en = {{one = '{{x}}', other = '{{count}} {{x}}'}}, ar = {short}}}")


def test_a_sentence_escapes_what_it_is_filled_with_unless_it_is_markup() -> None:
    t = Phrases.of(Language.EN)
    assert t("detail.claim", id="<b>") == Markup("Claim &lt;b&gt;")
    assert t("detail.claim", id=Markup("<bdi>c1</bdi>")) == Markup("Claim <bdi>c1</bdi>")
    assert t.plain("detail.claim", id="<b>") == "Claim <b>"


def test_numbers_in_a_sentence_follow_the_language() -> None:
    assert Phrases.of(Language.EN).plain("figure.name", number=12) == "Figure 12"
    assert Phrases.of(Language.AR).plain("figure.name", number=12) == "الشكل ١٢"


@pytest.mark.parametrize(
    ("count", "english", "arabic"),
    [
        (0, "0 hours", "٠ ساعة"),
        (1, "1 hour", "ساعة واحدة"),
        (2, "2 hours", "ساعتان"),
        (3, "3 hours", "٣ ساعات"),
        (11, "11 hours", "١١ ساعة"),
        (102, "102 hours", "١٠٢ ساعة"),
        (2.5, "2.5 hours", "٢٫٥ ساعة"),
    ],
)
def test_counted_things_take_their_plural_form(count: float, english: str, arabic: str) -> None:
    assert Phrases.of(Language.EN).plain("detail.time-hours", count=count) == english
    assert Phrases.of(Language.AR).plain("detail.time-hours", count=count) == arabic


def test_a_sentence_that_is_unknown_or_filled_wrongly_is_refused() -> None:
    t = Phrases(LOCALES[Language.EN], load_catalogue())
    with pytest.raises(PhraseError, match="no sentence"):
        t("nowhere")
    with pytest.raises(PhraseError, match="filled wrongly: id"):
        t("detail.claim")
    with pytest.raises(PhraseError, match="filled wrongly: more"):
        t("detail.claim", id="c1", more="x")
    with pytest.raises(PhraseError, match="needs a count"):
        t("detail.time-hours")
    with pytest.raises(PhraseError, match="no text or number"):
        t("detail.claim", id=None)


def test_placeholders_are_the_plain_names_in_braces() -> None:
    assert placeholders("{a} and {b}, {{c}}") == {"a", "b"}
