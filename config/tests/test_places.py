"""Few places, of which nobody takes the last who has one."""

from threading import Thread

from hypothesis import given
from hypothesis import strategies as st

from config.places import Places

ONE, OTHER, THIRD = b"one", b"other", b"third"


def test_whoever_has_a_place_leaves_the_last_to_others() -> None:
    places = Places(3)

    assert [places.enter(ONE), places.enter(ONE), places.enter(ONE)] == [True, True, False]
    assert places.enter(OTHER)
    assert not places.enter(THIRD)
    places.leave(ONE)
    assert not places.enter(OTHER)
    assert places.enter(THIRD)


def test_who_is_greedy_leaves_it_too() -> None:
    places = Places(2)

    assert places.enter(ONE, greedy=True)
    assert not places.enter(OTHER, greedy=True)
    assert places.enter(OTHER)


def test_a_single_place_is_for_everybody() -> None:
    places = Places(1)

    assert places.enter(ONE, greedy=True)
    assert not places.enter(OTHER)


def test_where_clients_are_not_told_apart_all_places_are_for_all() -> None:
    places = Places(2)

    assert [places.enter(None), places.enter(None), places.enter(None)] == [True, True, False]


def test_one_waits_and_no_second() -> None:
    places = Places(1)
    came: list[bool | None] = []
    assert places.enter(ONE)

    waiting = Thread(target=lambda: came.append(places.wait(OTHER, 30)))
    waiting.start()
    waiting.join(0.05)
    second = places.wait(THIRD, 30)
    places.leave(ONE)
    waiting.join()

    assert (came, second) == ([True], None)


def test_who_waits_in_vain_has_no_place() -> None:
    places = Places(1)
    assert places.enter(ONE)

    assert places.wait(OTHER, 0.01) is False

    places.leave(ONE)
    assert places.enter(THIRD)


@given(
    number=st.integers(1, 4),
    steps=st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.booleans()), max_size=40),
)
def test_nobody_takes_all_of_several_places_and_none_is_lost(
    number: int, steps: list[tuple[str, bool, bool]]
) -> None:
    places = Places(number)
    inside: list[bytes] = []
    for name, greedy, leaves in steps:
        origin = name.encode()
        if leaves and origin in inside:
            places.leave(origin)
            inside.remove(origin)
        elif places.enter(origin, greedy=greedy):
            inside.append(origin)
        assert len(inside) <= number
        assert number == 1 or all(inside.count(one) < number for one in inside)
    for origin in inside:
        places.leave(origin)

    assert [places.enter(f"new {n}".encode()) for n in range(number + 1)] == [True] * number + [
        False
    ]
