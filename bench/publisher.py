"""Publishes without end, and remembers what the database has acknowledged."""

import threading
import time
from collections.abc import Sequence
from itertools import count
from types import TracebackType
from typing import Self

PAUSE = 0.03  # seconds between two publishes
Acknowledged = tuple[int, str]  # serial and SHA-256 of a version
_numbers = count(1)


class Publisher:
    def __init__(self) -> None:
        self.acknowledged: list[Acknowledged] = []
        self.longest_pause = 0.0
        self._last = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._publish_on)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def last_after(self, seconds: float) -> bool:
        """Whether something was acknowledged within the last so many seconds."""
        return time.monotonic() - self._last < seconds

    def _publish_on(self) -> None:
        from django.db import InterfaceError, OperationalError, connection

        while not self._ended.wait(PAUSE):
            try:
                self.acknowledged.append(_publish(next(_numbers)))
            except (InterfaceError, OperationalError):
                # The primary is away. What was not acknowledged is tried anew.
                connection.close()
                continue
            now = time.monotonic()
            self.longest_pause = max(self.longest_pause, now - self._last)
            self._last = now
        connection.close()


def _publish(number: int) -> Acknowledged:
    from incidents.models import Incident
    from incidents.record.publish import publish

    published = Incident.objects.filter(state=Incident.State.PUBLISHED).order_by("pk")
    incident = published[number % published.count()]
    incident.title = f"{incident.title.partition(' · ')[0]} · {number}"
    incident.save()
    version = publish(incident, f"Load {number}.")
    return version.serial, version.sha256


def lost(acknowledged: Sequence[Acknowledged]) -> list[Acknowledged]:
    """Those that the primary of now does not hold."""
    from incidents.record.models import Version

    serials = [serial for serial, _ in acknowledged]
    held = Version.objects.filter(serial__in=serials).values_list("serial", "sha256")
    return sorted(set(acknowledged) - set(held))
