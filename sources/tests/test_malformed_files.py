"""A hundred files that are no reports, uploaded: each is answered in words, and saves nothing."""

import resource

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.tests.logging_in import log_in
from config.digests import digests
from incidents.tests.factories import make_editor
from sources.admin import intake
from sources.intake import apart
from sources.intake.reading import Reading
from sources.tests.malformed import malformed

pytestmark = pytest.mark.django_db

PASTE = "/admin/sources/source/intake/"
MEGABYTES = 300
# One of each kind; the other files are in make torture.
SAMPLE = [
    "archive that unfolds",
    "stream that unfolds twice",
    "font that is itself",
    "dictionaries within dictionaries",
    "entities that unfold",
    "entity that is a file",
    "JSON within JSON",
    "mail in no character set",
    "larger than may be",
    "NUL among letters",
    "UTF-16 cut in a letter",
    "cp1251 that says UTF-8",
    "PDF of which 50 % is left",
]


def upload(client: Client, data: bytes) -> dict[str, list[str]]:
    """What is said at which field; nothing where the file could be read."""
    file = SimpleUploadedFile("report.html", data, content_type="text/html")
    page = client.post(PASTE, {"text": "", "url": "", "file": file})
    assert page.status_code == 200
    return dict(page.context["form"].errors) if "file" in page.context["form"].fields else {}


def upload_each(client: Client, files: dict[str, bytes]) -> None:
    log_in(client, make_editor())
    before = digests()
    # Of all processes that this one has ever waited for, such as a browser; and of this one, as
    # whose copy each begins.
    largest = max(
        resource.getrusage(whose).ru_maxrss
        for whose in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)
    )
    for name, data in files.items():
        spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime

        assert set(upload(client, data)) <= {"file"}, name

        taken = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert taken.ru_utime - spent <= apart.SECONDS + 1, name
        assert taken.ru_maxrss <= max(MEGABYTES * 1024, largest), name
    assert digests() == before


def test_files_of_every_kind_save_nothing_and_take_little_time_and_memory(client: Client) -> None:
    files = malformed()

    upload_each(client, {name: files[name] for name in SAMPLE})


@pytest.mark.torture
def test_no_malformed_file_saves_anything_or_takes_much_time_or_memory(client: Client) -> None:
    files = malformed()
    assert len(files) >= 100

    upload_each(client, files)


def test_what_is_saved_would_be_noticed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def saves(content: bytes, address: str) -> Reading:
        make_editor("another")
        return Reading("plain text", "Three were killed.")

    log_in(client, make_editor())
    monkeypatch.setattr(intake, "read_apart", saves)
    before = digests()

    upload(client, b"Three were killed.")

    assert digests() != before
