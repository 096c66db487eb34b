"""Python's collector of garbage, put off where it would find none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Python looks for no circles among the many objects that are made within. In one thread at a
    time: the collector stands still for all of them."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
