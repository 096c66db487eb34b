"""Bitmaps as bytes, and back: parts by name, each an array, a list of bitmaps or JSON.

`head` says of which state of the record they are, and the CRC-32 of each other part.
"""

import json
from dataclasses import replace
from itertools import pairwise
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from incidents.record.bitmaps import Bitmaps
from incidents.record.models import Clock
from incidents.record.sets import Codes, Sets

# Another number whenever the parts or their meaning change.
FORMAT = 7
HEAD = "head"

Parts = dict[str, bytes]


class Unreadable(Exception):
    """Damaged, or written by another release."""


def to_parts(clock: Clock, bitmaps: Bitmaps) -> Parts:
    order, size = bitmaps.order, bitmaps.order.size
    below = BitMap(range(size))  # another thread may be adding
    parts = {
        "alive": bitmaps.alive.serialize(),
        "longer": (order.longer & below).serialize(),
        "at": order.at[:size].tobytes(),
        "incident": order.incident[:size].tobytes(),
        "last_day": order.last_day[:size].tobytes(),
        "changed_at": order.changed_at[:size].tobytes(),
        "serials": bitmaps.serials.by_number[:size].tobytes(),
        "known_from": bitmaps.known.from_when[:size].tobytes(),
        "settled_from": bitmaps.known.settled_from[:size].tobytes(),
        "tree": _json({outer: sorted(inner) for outer, inner in bitmaps.places.inside.items()}),
    }
    for name, field in bitmaps.fields.items():
        sets = [(have & below).serialize() for have in field.sets]
        parts[f"{name}.values"] = _json(field.values)
        parts[f"{name}.sizes"] = field.sizes.tobytes()
        parts[f"{name}.lengths"] = np.array(list(map(len, sets)), np.int64).tobytes()
        parts[f"{name}.sets"] = b"".join(sets)
        if field.rows is not None:
            cells = field.rows.cells[:size]
            longer = field.rows.longer & below
            rest = {number: field.rows.rest[number].tolist() for number in longer}
            parts[f"{name}.cells"] = cells.tobytes()
            parts[f"{name}.rows"] = _json([cells.dtype.str, cells.shape, rest])
    head = {
        "format": FORMAT,
        "clock": clock,
        "in_order": order.in_order,
        "crc32": {name: crc32(part) for name, part in parts.items()},
    }
    return {HEAD: _json(head), **parts}


def from_parts(parts: Parts) -> tuple[Clock, Bitmaps]:
    """Raises Unreadable."""
    try:
        head = json.loads(parts[HEAD])
        if head["format"] != FORMAT:
            raise Unreadable(f"They are of format {head['format']}, not {FORMAT}.")
        if damaged := [name for name, crc in head["crc32"].items() if crc32(parts[name]) != crc]:
            raise Unreadable(f"Damaged parts: {', '.join(damaged)}.")
        return Clock(*head["clock"]), _bitmaps(parts, head["in_order"])
    except (LookupError, TypeError, ValueError) as error:
        raise Unreadable(repr(error)) from error


def _bitmaps(parts: Parts, in_order: int) -> Bitmaps:
    empty = Bitmaps.empty()
    order = empty.order
    order.at = _array(parts["at"], np.int64)
    order.incident = _array(parts["incident"], np.int64)
    order.last_day = _array(parts["last_day"], np.int32)
    order.changed_at = _array(parts["changed_at"], np.int64)
    order.size, order.in_order = len(order.at), in_order
    order.longer = BitMap.deserialize(parts["longer"])
    if serials := parts["serials"]:
        numbers = np.arange(order.size, dtype=np.uint32)
        empty.serials.add(numbers, _array(serials, np.uint32))
    empty.known.from_when = _array(parts["known_from"], np.int64)
    empty.known.settled_from = _array(parts["settled_from"], np.int64)
    for outer, inner in json.loads(parts["tree"]).items():
        empty.places.add(f"{outer} {one}" for one in inner)
    for name, field in empty.fields.items():
        _fill(field, {key: parts.get(f"{name}.{key}", b"") for key in _OF_FIELD})
    return replace(empty, alive=BitMap.deserialize(parts["alive"]))


_OF_FIELD = ("values", "sizes", "lengths", "sets", "cells", "rows")


def _fill(field: Sets, parts: Parts) -> None:
    field.values = json.loads(parts["values"])
    field.codes = Codes({value: code for code, value in enumerate(field.values)})
    field.sizes = _array(parts["sizes"], np.int64)
    ends = np.cumsum(_array(parts["lengths"], np.int64)).tolist()
    data = parts["sets"]
    field.sets = [BitMap.deserialize(data[start:end]) for start, end in pairwise([0, *ends])]
    if field.rows is not None:
        cell, shape, rest = json.loads(parts["rows"])
        field.rows.cells = _array(parts["cells"], cell).reshape(shape)
        for number, codes in rest.items():
            field.rows.rest[int(number)] = np.array(codes, np.uint32)
            field.rows.longer.add(int(number))


def _array(data: bytes, of: Any) -> NDArray[Any]:
    # A copy, as what is read from bytes cannot be written to.
    return np.frombuffer(data, of).copy()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
