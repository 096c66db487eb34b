import pytest

from bench.__main__ import number_of
from bench.asked import peers, tilde


def test_the_peer_is_asked_for_the_same_rows_in_its_own_words() -> None:
    address = peers([("kind", "strike"), ("place", "A"), ("from", "2022-03-01"), ("q", "kyi")])

    assert address.startswith(
        "/bench/entries?kind=strike&places__arraycontains=A&last_day__gte=2022-03-01&_search=kyi&"
    )
    assert "&_facet=kind&" in address
    assert "&_facet_array=actors&" in address


def test_a_cursor_is_written_as_the_peer_reads_it() -> None:
    assert tilde("2022-03-01 10:00:00") == "2022-03-01+10~3A00~3A00"


@pytest.mark.parametrize(
    ("size", "number"), [("10k", 10_000), ("100k", 100_000), ("1m", 1_000_000), ("200", 200)]
)
def test_a_size_is_a_number_of_incidents(size: str, number: int) -> None:
    assert number_of(size) == number


@pytest.mark.parametrize("size", ["", "k", "many", "1g"])
def test_what_is_no_size_is_refused(size: str) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        number_of(size)
