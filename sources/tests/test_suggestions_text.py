"""Whatever the text, reading it is safe, quick and exact about where words stand."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.suggestions.languages import LANGUAGES, language_of, lexicon
from sources.suggestions.patterns import Phrases
from sources.suggestions.proposals import Reading, Span
from sources.suggestions.reading import LONGEST, read
from sources.suggestions.tokens import sentences
from sources.tests.suggesting import PLACES, SUNDAY

WORDS = (
    "killed injured 12 five dozens of people the Governor Ivan said that on Telegram according to "
    'Russia Ukraine captured Kharkiv not denied could verify including two children , . “ ” « » " '
    "— : ( ) \n погибли ранены двое человек сообщил губернатор по словам об этом в том числе дома "
    "загинули поранено троє людей повідомив за словами будинків Харкові 9 апреля 2024 31.02.2024 "
    "25:61 10-летний 1,000,000 1.3 million 99999999999999999999 'ʼ’ 😀 \x00 \u202e"
)
PIECES = st.sampled_from(WORDS.split(" "))
ZONES = st.just(UTC)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map(" ".join))


def spans(found: Reading) -> Iterator[Span]:
    yield from found.skipped
    yield from (one.span for one in found.places)
    yield from (one.span for one in found.moments)
    for one in found.proposals:
        yield one.span
        yield from (part for part in (one.part_of,) if part)
        yield from (mention.span for mention in one.places)
        yield from (moment.span for moment in (one.said, one.happened) if moment)
        if one.number:
            yield one.number.span
        if one.speaker:
            yield one.speaker.span
        if one.control and one.control.place:
            yield one.control.place


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.sampled_from([None, *LANGUAGES, "tlh"]), st.datetimes(timezones=ZONES))
def test_any_text_is_read_and_every_span_lies_in_it(
    text: str, language: str | None, published: datetime
) -> None:
    found = read(text, language, published, "Europe/Kyiv", gazetteer=PLACES)

    assert all(0 <= span.start < span.end <= len(text) for span in spans(found))
    assert all(span.of(text).strip() == span.of(text) for span in spans(found))


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_a_number_has_the_bounds_that_its_qualifier_has(text: str) -> None:
    for one in read(text).proposals:
        number = one.number
        if not number:
            continue
        low, high = number.low is not None, number.high is not None
        expected = {
            "vague": (False, False),
            "at_least": (True, False),
            "more_than": (True, False),
            "up_to": (False, True),
            "less_than": (False, True),
        }
        assert (low, high) == expected.get(number.qualifier, (True, True))
        assert number.unit
        if number.low is not None and number.high is not None:
            assert (number.low < number.high) == (number.qualifier == "between")


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_tokens_stand_where_they_say(text: str) -> None:
    last = 0
    for sentence in sentences(text):
        for token in sentence.tokens:
            assert text[token.start : token.end] == token.text
            assert token.start >= last
            last = token.end


@pytest.mark.parametrize(
    "unit",
    [
        "1-",
        "абвгд",
        "ЗАГИНУЛИ ДВОЄ ЛЮДЕЙ ",
        "five killed\n",
        "сто тысяч до ",
        "at least 5 people, ",
        "5 of them ",
        "the Governor said ",
        "по словам Гладкова, который ",
        "об этом в своём ",
        ", citing Reuters",
        "Харків Сумами ",
        "«",
        '"a" ',
        "\x00",
        "а\u0301",
        "\u202e",
        "😀",
    ],
)
def test_a_text_twice_as_long_takes_twice_the_steps(unit: str) -> None:
    text = unit * (1_600 // len(unit))
    calls_of(text)  # the lexicon is loaded once, and remembers words

    assert calls_of(text) <= 2.2 * calls_of(text[: len(text) // 2]) + 2_000


def calls_of(text: str) -> int:
    """How many functions are called to read it, whatever else the machine does."""
    count = 0

    def called(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(called)
    try:
        read(text, published=SUNDAY, gazetteer=PLACES)
    finally:
        sys.setprofile(None)
    return count


def test_of_a_text_longer_than_any_report_only_the_beginning_is_read() -> None:
    found = read("погибли 3 человека и " * 5_000, published=SUNDAY, gazetteer=PLACES)

    assert found.read_to == LONGEST


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Mr. Smith met Dr. Jones at 3 p.m. on Sunday.", 1),
        ("It was Dec. 30. Two died.", 2),
        ("“Two died,” he said. “Nine are hurt.”", 2),
        ("Он живёт на ул. Мира. Она — нет.", 2),
        ("Загинуло 5 тис. людей. Решта жива.", 2),
        ("One line\nAnother line", 2),
    ],
)
def test_sentences_end_where_they_end(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Two people were killed in Київ.", "en"),
        ("Это случилось вчера.", "ru"),
        ("Це сталося учора.", "uk"),
        ("", "en"),
    ],
)
def test_the_language_is_known_by_its_letters(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_lexicon_can_be_read(language: str) -> None:
    words = lexicon(language)

    assert words.numerals
    assert words.phrases.find(sentences("said сообщил повідомив")[0].tokens)


def test_a_phrase_has_alternatives_beginnings_options_and_gaps() -> None:
    phrases = Phrases({"part": {"one": "red|blue hous* the? ~ door"}})
    tokens = sentences("a blue houses with a big door, a red house door")[0].tokens

    assert [(hit.start, hit.end) for hit in phrases.find(tokens)] == [(1, 7), (9, 12)]


def test_a_phrase_does_not_run_past_a_comma() -> None:
    phrases = Phrases({"part": {"one": "red ~ door"}})

    assert phrases.find(sentences("red house, door")[0].tokens) == []
