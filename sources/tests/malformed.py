"""Files that are no reports: broken, endless, unfolding, or not what their name says."""

import io
import zipfile
import zlib
from itertools import product

_HEAD = b"%PDF-1.4\n"
_PAGE = b"BT /F 12 Tf 10 10 Td (Three killed) Tj ET"


def pdf(
    content: bytes = _PAGE, *, filters: int = 1, kids: bytes = b"3 0 R", more: str = ""
) -> bytes:
    """One page; its content is deflated `filters` times over."""
    for _ in range(filters):
        content = zlib.compress(content, 9)
    names = b"/FlateDecode " * filters
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[%s]>>" % kids,
        (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R"
            b"/Resources<</Font<</F 5 0 R>>>>>>"
        ),
        b"<</Length %d/Filter[%s]>>stream\n%s\nendstream" % (len(content), names, content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica%s>>" % more.encode(),
    ]
    body, starts = _HEAD, []
    for number, text in enumerate(objects, 1):
        starts.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(
        b"%010d 00000 n \n" % at for at in starts
    )
    return body + table + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)


def _archive(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def _nested_mail(depth: int) -> bytes:
    parts = [
        f'Content-Type: multipart/mixed; boundary="b{level}"\n\n--b{level}\n'
        for level in range(depth)
    ]
    return b"From: a@a.example\nTo: b@b.example\nMIME-Version: 1.0\n" + "".join(parts).encode()


def malformed() -> dict[str, bytes]:
    """By what is wrong with them: a hundred."""
    page, text = pdf(), "Троє людей загинули вночі. Three were killed. " * 40
    zeros = b"0 " * 20_000_000
    files = {
        "archive that unfolds": _archive("word/document.xml", bytes(50_000_000)),
        "stream that unfolds": pdf(zeros),
        "stream that unfolds twice": pdf(zeros, filters=2),
        "stream that unfolds five times": pdf(zeros, filters=5),
        "content that is no stream": page.replace(b"/Contents 4 0 R", b"/Contents 1 0 R"),
        "page that is its own parent": pdf(kids=b"2 0 R"),
        "pages by the hundred thousand": pdf(kids=b"3 0 R " * 100_000),
        "pages by the million": page.replace(b"/Count 1/", b"/Count 1000000/"),
        "font that is itself": pdf(more="/DescendantFonts[5 0 R]/ToUnicode 5 0 R/Encoding 5 0 R"),
        "objects that name each other": page.replace(b"/Pages 2 0 R", b"/Pages 1 0 R"),
        "table that leads to itself": page.replace(
            b"/Root 1 0 R", b"/Root 1 0 R/Prev %d" % page.index(b"xref")
        ),
        "table that leads nowhere": page.replace(b"startxref\n", b"startxref\n999"),
        "length below nothing": page.replace(b"/Length ", b"/Length -"),
        "brackets within brackets": _HEAD + b"1 0 obj\n" + b"[" * 200_000,
        "dictionaries within dictionaries": _HEAD + b"1 0 obj\n" + b"<</A" * 100_000,
        "operators without end": pdf(b"q " * 1_500_000),
        "elements without end": b"<p>" * 300_000,
        "elements within elements": b"<div>" * 50_000 + b"text",
        "columns by the million": b"<table><tr>" + b"<td>1" * 1_000_000,
        "columns below the limit": b"<html><table><tr>" + b"<td>1" * 58_000,
        "commas by the million": b"a," * 1_000_000,
        "attributes without end": b"<html><body " + b"a=b " * 500_000 + b">text",
        "entities that unfold": b"<!DOCTYPE html [<!ENTITY a 'boo'>"
        + b"".join(b"<!ENTITY %c '%s'>" % (n + 1, b"&%c;" % n * 9) for n in range(97, 115))
        + b"]><html><body><p>&s;</p></body></html>",
        "entity that is a file": b'<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]><p>&a;',
        "JSON within JSON": b'<html><script type="application/ld+json">' + b"[" * 900_000,
        "comment without end": b"<html><!--" + b"-" * 2_000_000,
        "mail within mail": _nested_mail(2_000),
        "mail of headers": b"From: a\nTo: b\n" + b"X: y\n" * 400_000,
        "mail in no character set": b"From: =?klingon?Q?=FF?=\nTo: b\nContent-Type: text/plain;"
        b" charset=klingon\n\n\xff",
        "one line of five million": b"x" * 4_900_000,
        "lines by the million": b"\n" * 4_900_000,
        "larger than may be": b"x " * 2_600_000,
        "nothing": b"",
        "blanks": b" \r\n\t" * 50,
        "NUL": bytes(5_000),
        "NUL among letters": text.encode().replace(b" ", b"\0"),
        "surrogates": b"\xed\xa0\x80" * 900,
        "mark of UTF-16 alone": b"\xff\xfe",
        "UTF-16 cut in a letter": b"\xff\xfe" + text.encode("utf-16-le")[:-1],
        "mark of UTF-32 before letters": b"\xff\xfe\0\0" + text.encode(),
    }
    for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-7", "cp1251", "koi8-u", "cp866"):
        files[f"{name} that does not say so"] = text.encode(name, "replace")
        said = f'<html><meta charset="utf-8"><p>{text}</p></html>'
        files[f"{name} that says UTF-8"] = said.encode(name, "replace")
    for magic in (
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"GIF8",
        b"{\\rtf",
        b"\x1f\x8b",
        b"\xd0\xcf\x11\xe0",
    ):
        files[f"{magic!r} by another name"] = magic + b"<html><p>text</p>"
    wholes = {"PDF": page, "other PDF": pdf(b"q " * 99)}
    for share, (name, whole) in product((3, 10, 30, 50, 70, 90, 97), wholes.items()):
        files[f"{name} of which {share} % is left"] = whole[: len(whole) * share // 100]
    for at in range(20, len(page) - 20, len(page) // 30):
        files[f"PDF altered at {at}"] = page[:at] + b"\xff<<[(" + page[at + 5 :]
    return files
