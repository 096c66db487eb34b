"""One question for all who ask it at once."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier, Event, Lock
from time import sleep

import pytest

from config.together import Together


def test_who_asks_alone_is_answered_anew_each_time() -> None:
    together = Together(count().__next__)

    assert [together(), together(), together()] == [0, 1, 2]


def test_who_comes_while_a_question_is_on_its_way_shares_the_next() -> None:
    asked, go_on = Event(), Event()
    numbers = count()

    def ask() -> int:
        number = next(numbers)
        asked.set()
        assert go_on.wait(10)
        return number

    together = Together(ask)
    with ThreadPoolExecutor(5) as threads:
        first = threads.submit(together)
        assert asked.wait(10)
        later = [threads.submit(together) for _ in range(4)]
        sleep(0.5)  # until all of them wait
        go_on.set()

        assert first.result(10) == 0
        assert [each.result(10) for each in later] == [1, 1, 1, 1]


def test_no_answer_is_of_before_it_was_asked_for() -> None:
    moments = count(1)
    now = 0

    def ask() -> int:
        read = now
        sleep(0.0005)
        return read

    together = Together(ask)
    moving = Lock()
    start = Barrier(8)

    def reader() -> None:
        nonlocal now
        start.wait()
        for _ in range(100):
            with moving:
                before = now = next(moments)
            assert together() >= before

    with ThreadPoolExecutor(8) as threads:
        for each in [threads.submit(reader) for _ in range(8)]:
            each.result(60)


def test_a_fault_is_told_to_all_who_wait_and_to_nobody_after() -> None:
    asked, go_on = Event(), Event()
    faults = iter([False, True, False])

    def ask() -> str:
        asked.set()
        assert go_on.wait(10)
        if next(faults):
            raise OSError("away")
        return "here"

    together = Together(ask)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(together)
        assert asked.wait(10)
        second = threads.submit(together)
        while together._next is None:
            sleep(0.001)
        go_on.set()

        assert first.result(10) == "here"
        with pytest.raises(OSError, match="away"):
            second.result(10)
    assert together() == "here"
