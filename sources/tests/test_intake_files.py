"""What a file is, told by its content; its characters; mails and PDFs."""

import json
import zlib
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from sources.intake.apart import from_json, read_apart, to_json
from sources.intake.characters import unseen
from sources.intake.files import MOST_BYTES, read_file, read_pasted
from sources.intake.reading import FoundTime, Unreadable
from sources.intake.times import time_of

UKRAINIAN = "Троє людей загинули, повідомив голова області. Їхні тіла знайшли рятувальники."
RUSSIAN = "Три человека погибли, сообщил губернатор. Объекты энергетики повреждены."
EAST = timezone(timedelta(hours=3))


def refused(data: bytes) -> str:
    with pytest.raises(Unreadable) as refusal:
        read_file(data)
    return str(refusal.value)


def pdf(*pages: str, compressed: bytes | None = None) -> bytes:
    """One page for each line of text, in Helvetica; `compressed` in place of the first content."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", ""]
    kids = []
    for text in pages:
        number = len(objects) + 1
        content = f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET" if text else ""
        resources = "<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
        objects += [
            f"<</Type/Page/Parent 2 0 R/Contents {number + 1} 0 R/Resources{resources}>>",
            f"<</Length {len(content)}>>stream\n{content}\nendstream",
        ]
        kids.append(f"{number} 0 R")
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    body = b"%PDF-1.4\n"
    for number, one in enumerate(objects, start=1):
        raw = one.encode()
        if compressed and number == 4:
            head = f"<</Length {len(compressed)}/Filter/FlateDecode>>stream\n"
            raw = head.encode() + compressed + b"\nendstream"
        body += f"{number} 0 obj".encode() + raw + b"endobj\n"
    size = f"/Size {len(objects) + 1}".encode()
    return body + b"trailer<</Root 1 0 R" + size + b">>\nstartxref\n0\n%%EOF"


def encrypted(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf("Three people were killed."))))
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_without_a_guess(charset: str) -> None:
    reading = read_file(UKRAINIAN.encode(charset))

    assert (reading.text, reading.notes) == (UKRAINIAN, [])
    assert reading.languages[0].value == "uk"


@pytest.mark.parametrize(
    ("charset", "text", "named"),
    [
        ("cp1251", UKRAINIAN, "windows-1251"),
        ("cp1251", RUSSIAN.upper(), "windows-1251"),
        ("koi8-u", UKRAINIAN, "KOI8-U"),
        ("koi8-r", RUSSIAN, "KOI8-U or KOI8-R"),
        ("cp866", RUSSIAN, "cp866"),
        ("cp1252", "Der Außenminister sagte, es gäbe größere Schäden.", "windows-1252"),
    ],
)
def test_a_guessed_character_set_is_said(charset: str, text: str, named: str) -> None:
    reading = read_file(text.encode(charset))

    assert reading.text == text
    (note,) = reading.notes
    assert f"read as {named}" in note
    assert "by guess" in note


def test_lost_and_left_out_characters_are_counted() -> None:
    page = b'<html><head><meta charset="cp1251"></head><body><p>\x98</p></body></html>'
    reading = read_file(b"Three\0 people" + b" were killed, the governor said." * 9)

    assert reading.notes == ["NUL characters, which cannot be kept, were left out: 1."]
    assert any("\ufffd" in note for note in read_file(page).notes)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "This is a picture (PNG), whatever its name says."),
        (b"PK\x03\x04 word/document.xml", "This is a ZIP archive or an office document"),
        (b"\xd0\xcf\x11\xe0\xa1", "This is an old office document"),
        (bytes(range(256)) * 10, "This is no text."),
        (b" \n\t", "There is no text in it."),
        (b"a" * (MOST_BYTES + 1), "larger than 5 MB"),
        (b"%PDF-1.7 and nothing more", "The PDF is damaged"),
        (pdf(""), "The PDF holds no text: its pages are pictures"),
        (pdf(*["page"] * 201), "more than 200 pages"),
        (pdf("x", compressed=zlib.compress(b"(x) Tj " * 3_000_000)), "unfolds to more"),
        (encrypted("secret"), "encrypted: it opens with a password only"),
        (b"From: a\nSubject: b\n" + b"X: boundary=a\n" * 99, "too many parts"),
    ],
    ids=lambda value: value[:25] if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_refused_in_words(data: bytes, reason: str) -> None:
    assert reason in refused(data)


def test_the_text_of_a_pdf_is_read_with_what_to_mind() -> None:
    reading = read_file(pdf("Three people were killed.", "", "The governor said so."))

    assert reading.text == "Three people were killed.\n\nThe governor said so."
    assert reading.notes[1] == "Pages without text, perhaps pictures: 1 of 3."


def test_a_pdf_that_is_locked_against_changes_alone_is_read() -> None:
    assert read_file(encrypted("")).text == "Three people were killed."


def test_a_mail_gives_its_headers_and_its_plain_text() -> None:
    mail = EmailMessage()
    mail["From"] = "Прес-служба <press@oda.example>"
    mail["Subject"] = "Наслідки обстрілу"
    mail["Date"] = "Sun, 03 Jul 2022 18:30:00 +0300"
    mail.set_content(UKRAINIAN)
    mail.add_alternative(f"<html><body><p>{UKRAINIAN}</p></body></html>", subtype="html")
    mail.add_attachment(b"GIF8", maintype="image", subtype="gif", filename="map.gif")

    reading = read_file(mail.as_bytes())

    assert reading.text == UKRAINIAN
    assert reading.titles[0].value == "Наслідки обстрілу"
    assert reading.publishers[0].value == "Прес-служба"
    at = datetime(2022, 7, 3, 18, 30, tzinfo=EAST)
    assert reading.published == [FoundTime(at, with_time=True, where="date of the mail")]


def test_all_html_parts_of_a_mail_are_read_each_in_its_own_character_set() -> None:
    parts = "".join(
        f"--b\nContent-Type: text/html; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n"
        f"<p>{text}</p>\n"
        for charset, text in (("windows-1251", "Перша частина"), ("no-such-set", "друга"))
    )
    head = "From: a@b.example\nSubject: =?koi8-x?B?!!!?=\nDate: never\n"
    mail = f"{head}Content-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n".encode("cp1251")

    reading = read_file(mail)

    assert reading.text == "Перша частина\n\nдруга"
    assert reading.published == []
    assert "The mail has 2 texts: they stand one after the other." in reading.notes
    assert any("no-such-set" in note for note in reading.notes)


def test_a_page_that_a_browser_saved_as_one_file_is_a_page() -> None:
    mail = EmailMessage()
    mail["From"] = "<Saved by Blink>"
    mail["Snapshot-Content-Location"] = "https://outlet.example/three"
    mail["Subject"] = "Three killed"
    mail["Date"] = "Sun, 10 Jul 2022 18:30:00 +0300"
    page = "<html><head><title>Three killed</title></head><body><p>Three were killed.</p></body>"
    mail.set_content(page + "</html>", subtype="html")

    reading = read_file(mail.as_bytes())

    assert reading.form == "a web page"
    assert reading.addresses[0].value == "https://outlet.example/three"
    assert reading.published == []


def test_text_with_angle_brackets_is_no_page() -> None:
    assert read_pasted("Losses: 3 < 5, said <the mayor>").form == "plain text"


@settings(max_examples=60)
@given(st.binary(max_size=300), st.sampled_from([b"", b"%PDF-1.4\n", b"From: a\nTo: b\n", b"<p>"]))
def test_any_bytes_are_read_or_refused(data: bytes, start: bytes) -> None:
    try:
        reading = read_file(start + data)
    except Unreadable:
        return
    reading.text.encode()
    assert "\0" not in reading.text
    assert from_json(json.loads(to_json(reading))) == reading


def test_what_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.intake.apart.PATIENCE", 0.01)

    with pytest.raises(Unreadable, match="too much time or memory"):
        read_apart(UKRAINIAN)


def test_what_goes_wrong_goes_wrong_in_another_process() -> None:
    assert read_apart(UKRAINIAN).text == UKRAINIAN
    with pytest.raises(Unreadable, match="There is no text in it"):
        read_apart(b"")


@pytest.mark.parametrize(
    ("words", "shown", "with_time"),
    [
        ("2022-07-03T18:30:00+03:00", "2022-07-03T18:30:00+03:00", True),
        ("2022-07-03 18:30:00 +0300", "2022-07-03T18:30:00+03:00", True),
        ("20220703", "2022-07-03T00:00:00", False),
        ("1656862200", "2022-07-03T15:30:00+00:00", True),
        ("Sun, 03 Jul 2022 18:30:00 GMT", "2022-07-03T18:30:00+00:00", True),
        ("18:30, 3 июля 2022", "2022-07-03T18:30:00", True),
        ("July 3, 2022", "2022-07-03T00:00:00", False),
        ("03.07.2022 18.30", "2022-07-03T18:30:00", True),
    ],
)
def test_dates_are_read_as_they_are_printed(words: str, shown: str, with_time: bool) -> None:
    found = time_of(words, "here")

    assert found == FoundTime(datetime.fromisoformat(shown), with_time, "here")


@pytest.mark.parametrize("words", ["05/06/2022", "yesterday", "2022-13-45", "9999-01-01"])
def test_what_is_no_certain_date_is_none(words: str) -> None:
    assert time_of(words, "here") is None


@given(st.text())
def test_any_words_have_a_date_or_none(words: str) -> None:
    found = time_of(words, "here")

    assert found is None or 1900 <= found.shown.year <= 2200


def test_unseen_characters_are_named_counted_and_shown() -> None:
    first, second = unseen("At\u200b dawn\u200b three\u202e 👨‍👩‍👧\tkilled\n")

    assert (first.name, first.count) == ("U+200B zero width space", 2)
    assert (second.name, second.count) == ("U+202E right-to-left override", 1)
    assert first.around.startswith("At[U+200B] dawn[U+200B] three[U+202E]")
