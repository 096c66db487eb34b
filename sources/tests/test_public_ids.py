import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.public_ids import ALPHABET, LENGTH, derived_id, new_id, read_id

ids = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


def test_new_ids_differ_and_are_canonical() -> None:
    made = [new_id() for _ in range(1000)]

    assert len(set(made)) == len(made)
    assert all(read_id(one) == one for one in made)


def test_a_key_has_the_same_id_on_every_installation() -> None:
    assert derived_id("demo", "claim", "gladkov-20220703-killed-3") == "KCWHTDD7WV"


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_a_derived_id_is_canonical(parts: list[str]) -> None:
    derived = derived_id(*parts)

    assert read_id(derived) == derived


def test_parts_are_kept_apart() -> None:
    assert derived_id("demo", "claims") != derived_id("democ", "laims")
    assert derived_id("demo", "") != derived_id("demo")


def test_keys_that_differ_get_ids_that_differ() -> None:
    assert len({derived_id("demo", "claim", str(n)) for n in range(20_000)}) == 20_000


@given(ids)
def test_small_letters_are_read(canonical: str) -> None:
    assert read_id(canonical.lower()) == canonical


@given(ids, st.data())
def test_letters_that_look_like_digits_are_read_as_digits(
    canonical: str, data: st.DataObject
) -> None:
    alike = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(data.draw(st.sampled_from(alike.get(one, one))) for one in canonical)

    assert read_id(typed) == canonical


@pytest.mark.parametrize(
    "text",
    ["", "A" * 9, "A" * 11, "AAAAAAAAAU", "AAAAA-AAAA", "AAAAAAAAA ", "АAAAAAAAAA", "١" * 10],
)
def test_what_cannot_be_an_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^" + text + "$"):
        read_id(text)


@given(st.text())
def test_any_text_is_read_into_an_id_or_refused(text: str) -> None:
    try:
        canonical = read_id(text)
    except ValueError:
        return
    assert len(canonical) == LENGTH
    assert set(canonical) <= set(ALPHABET)
