"""The control of bench/replicas.py: the site without the rule that no reader goes back in time.

A measurement that finds no fault here could not have found one at all.
"""

from typing import Any

from config.wsgi import application
from incidents.public import answering, index


class Forgetful(answering.Clocks):
    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, 0 if name == "shown" else value)


answering.CLOCKS = Forgetful()
answering._seen_by = lambda request: 0
index.held = lambda: 0

__all__ = ["application"]
