"""The text of a PDF, within limits of pages and size: small files can unfold to huge ones."""

import re
from io import BytesIO
from typing import Any

from pypdf import PdfReader, apply_configuration
from pypdf.errors import LimitReachedError, WrongPasswordError

from sources.intake.reading import Found, Reading, Unreadable
from sources.intake.times import time_of

MOST_PAGES = 200
_MOST_BYTES = 5_000_000
_INSTEAD = "Paste its text instead."
_STAMP = re.compile(r"D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)([+-]\d\d|Z)?'?(\d\d)?'?")


def read_pdf(data: bytes) -> Reading:
    try:
        with apply_configuration(
            zlib_maximum_output_length=_MOST_BYTES,
            lzw_maximum_output_length=_MOST_BYTES,
            run_length_maximum_output_length=_MOST_BYTES,
            array_based_stream_maximum_output_length=_MOST_BYTES,
            stream_decoding_work_maximum_length=4 * _MOST_BYTES,
            stream_parsing_work_maximum_count=500_000,
            xform_maximum_invocations_per_extraction=500,
            page_tree_maximum_entries=10 * MOST_PAGES,
        ):
            return _read(data)
    except Unreadable:
        raise
    except LimitReachedError:
        raise Unreadable(f"The PDF unfolds to more than can be read here. {_INSTEAD}") from None
    except Exception:
        # What a damaged file makes the parser do is anybody's guess.
        raise Unreadable(f"The PDF is damaged and cannot be read. {_INSTEAD}") from None


def _read(data: bytes) -> Reading:
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted:
        _unlock(reader)
    if len(reader.pages) > MOST_PAGES:
        raise Unreadable(f"The PDF has more than {MOST_PAGES} pages. {_INSTEAD}")
    pages = [page.extract_text().strip() for page in reader.pages]
    if not any(pages):
        raise Unreadable(
            f"The PDF holds no text: its pages are pictures, as of a scanner. {_INSTEAD}"
        )
    reading = Reading("a PDF", text="\n\n".join(filter(None, pages)))
    _read_properties(reader, reading)
    reading.notes.append(
        "Lines of a PDF end where the page does, and columns may be mixed up: compare them."
    )
    if empty := pages.count(""):
        reading.notes.append(f"Pages without text, perhaps pictures: {empty} of {len(pages)}.")
    return reading


def _unlock(reader: PdfReader) -> None:
    """Many are encrypted only against changes, and open without a password."""
    try:
        opened = bool(reader.decrypt(""))
    except (WrongPasswordError, NotImplementedError, ValueError):
        opened = False
    if not opened:
        raise Unreadable(f"The PDF is encrypted: it opens with a password only. {_INSTEAD}")


def _read_properties(reader: PdfReader, reading: Reading) -> None:
    properties: dict[str, Any] = dict(reader.metadata or {})
    if title := str(properties.get("/Title") or "").strip():
        reading.titles = [Found(" ".join(title.split()), "title of the PDF")]
    stamp = _STAMP.match(str(properties.get("/CreationDate") or ""))
    if stamp:
        year, month, day, hour, minute, second, zone, minutes = stamp.groups()
        offset = "" if zone is None else "Z" if zone == "Z" else f"{zone}:{minutes or '00'}"
        words = f"{year}-{month}-{day}T{hour}:{minute}:{second}{offset}"
        found = time_of(words, "when the PDF was made")
        reading.published = [found] if found else []
