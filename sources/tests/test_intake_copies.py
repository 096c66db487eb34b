from random import Random

from hypothesis import given
from hypothesis import strategies as st

from sources.intake.copies import NEAR, distance, marked, runs, shared, simhash

WORDS = [f"word{number}" for number in range(2000)]
# Drawing two hundred words one by one takes Hypothesis a while.
TEXTS = st.integers(0, 10**9).map(lambda seed: Random(seed).sample(WORDS, 200))


@given(st.text())
def test_a_hash_fits_a_bigint_and_only_a_text_without_words_has_none(text: str) -> None:
    hashed = simhash(text)

    assert (hashed is None) == (not runs(text))
    assert hashed is None or -(2**63) <= hashed < 2**63


@given(TEXTS, st.integers(0, 120))
def test_a_copy_with_a_word_changed_and_a_line_added_is_near(words: list[str], at: int) -> None:
    copy = [*words[:at], "another", *words[at + 1 :], "Read", "also", "this"]

    one, other = simhash(" ".join(words)), simhash("\n".join(copy).upper())

    assert one is not None
    assert other is not None
    assert distance(one, other) <= NEAR
    assert shared(runs(" ".join(words)), runs(" ".join(copy))) > 0.9


@given(TEXTS, TEXTS)
def test_texts_of_other_runs_of_words_are_far(words: list[str], others: list[str]) -> None:
    one, other = simhash(" ".join(words)), simhash(" ".join(others))

    assert one is not None
    assert other is not None
    assert distance(one, other) > 8 or shared(runs(" ".join(words)), runs(" ".join(others))) > 0.5


def test_a_text_taken_into_a_longer_one_is_shared_whole() -> None:
    killed = runs("Three people were killed.")

    assert shared(killed, runs("Officials: three people were killed – mayor")) == 1
    assert shared(killed, runs("Nobody was hurt.")) == 0
    assert shared(runs(""), killed) == 0


@given(st.text(), st.text())
def test_the_marked_pieces_are_the_text(text: str, other: str) -> None:
    assert "".join(piece for piece, _ in marked(text, other)) == text


def test_words_of_one_text_alone_are_told_apart() -> None:
    assert marked("At dawn three people were killed there.", "Three people were killed!") == [
        ("At dawn ", False),
        ("three people were killed ", True),
        ("there.", False),
    ]
