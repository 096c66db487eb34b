from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from incidents.management.commands import load_gazetteer
from incidents.models import Place, PlaceName
from incidents.names import fold
from incidents.vocabulary import PlaceKind
from sources.public_ids import derived_id

pytestmark = pytest.mark.django_db

LYSYCHANSK = 702972
SERHIIVKA = 694467  # on the coast near Odesa
WHOLE_FILE = load_gazetteer.FILE.read_text(encoding="utf-8").splitlines(keepends=True)


def load() -> str:
    output = StringIO()
    call_command("load_gazetteer", stdout=output)
    return output.getvalue()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Instead of the whole gazetteer: countries, regions, and settlements of the tests."""
    path = tmp_path / "places.tsv"
    path.write_text(
        "".join(
            line
            for line in WHOLE_FILE
            if "\tsettlement\t" not in line or "\tSerhiivka\t" in line or "ychansk\t" in line
        ),
        encoding="utf-8",
    )
    monkeypatch.setattr(load_gazetteer, "FILE", path)
    return path


def test_the_whole_gazetteer_loads_and_a_second_run_changes_nothing() -> None:
    load()
    places = list(Place.objects.order_by("pk").values())
    names = PlaceName.objects.count()

    assert len(places) > 11_000
    assert "0 places added, 0 changed, 0 names added" in load()
    assert list(Place.objects.order_by("pk").values()) == places
    assert PlaceName.objects.count() == names


def test_a_place_that_an_editor_renamed_keeps_its_name_and_gets_no_names(file: Path) -> None:
    load()
    place = Place.objects.get(geonames_id=LYSYCHANSK)
    place.name, place.edited = "Lysychansk (town)", True
    place.save()
    place.names.all().delete()

    load()

    place.refresh_from_db()
    assert place.name == "Lysychansk (town)"
    assert not place.names.exists()


def test_a_place_and_a_name_that_an_editor_added_stay(file: Path) -> None:
    load()
    luhansk = Place.objects.get(iso_code="UA-09")
    village = Place.objects.create(kind=PlaceKind.SETTLEMENT, name="Robotyne", parent=luhansk)
    Place.objects.get(geonames_id=LYSYCHANSK).names.create(name="Lysyčansk", language="cs")

    load()

    assert Place.objects.filter(pk=village.pk, name="Robotyne").exists()
    assert PlaceName.objects.filter(place__geonames_id=LYSYCHANSK, language="cs").exists()


def test_what_changed_in_the_file_changes_in_the_place_and_not_its_address(file: Path) -> None:
    load()
    before = Place.objects.get(geonames_id=SERHIIVKA)
    text = file.read_text(encoding="utf-8").replace("\t46.0251\t30.36826\t5343\t", "\t46\t30\t5\t")
    file.write_text(text, encoding="utf-8")

    assert "0 places added, 1 changed, 0 names added" in load()

    after = Place.objects.get(geonames_id=SERHIIVKA)
    assert (after.latitude, after.longitude, after.population) == (46, 30, 5)
    assert (after.pk, after.public_id) == (before.pk, before.public_id)


def test_the_id_of_a_place_is_the_same_on_every_installation(file: Path) -> None:
    load()
    place = Place.objects.get(geonames_id=SERHIIVKA)
    assert place.public_id == derived_id("geonames", "694467")


def test_serhiivkas_are_told_apart_by_their_region(file: Path) -> None:
    load()
    places = Place.objects.filter(name="Serhiivka").select_related("parent__parent")
    regions = {str(place.parent) for place in places}
    assert len(places) == 8
    assert regions == {
        "Donetsk Oblast, Ukraine",
        "Kherson Oblast, Ukraine",
        "Mykolaiv Oblast, Ukraine",
        "Odesa Oblast, Ukraine",
        "Poltava Oblast, Ukraine",
        "Rivne Oblast, Ukraine",
    }


@pytest.mark.parametrize(
    ("iso_code", "name"),
    [
        ("UA-09", "Luhansk Oblast"),
        ("UA-51", "Odesa Oblast"),
        ("RU-BEL", "Belgorod Oblast"),
        ("UA-63", "Kharkiv Oblast"),
        ("UA-53", "Poltava Oblast"),
    ],
)
def test_regions_have_their_english_names(file: Path, iso_code: str, name: str) -> None:
    load()
    assert Place.objects.get(iso_code=iso_code).name == name


def test_every_country_has_all_its_regions(file: Path) -> None:
    load()
    regions = Place.objects.filter(kind=PlaceKind.REGION)
    counts = {code: regions.filter(parent__iso_code=code).count() for code in ("UA", "RU", "BY")}
    assert counts == {"UA": 27, "RU": 83, "BY": 7}


def test_lysychansk_has_its_ukrainian_and_russian_names(file: Path) -> None:
    load()
    names = PlaceName.objects.filter(place__geonames_id=LYSYCHANSK)
    languages = dict(names.values_list("name", "language"))
    assert languages["Lysychansk"] == "en"
    assert languages["Лисичанськ"] == "uk"
    assert languages["Лисичанск"] == "ru"
    assert languages["Lisichansk"] == ""


@pytest.mark.parametrize("written", ["Lisichansk", "Лисичанск", "lysychansk", "Lisichanks"])
def test_any_spelling_of_lysychansk_finds_it_first(file: Path, written: str) -> None:
    load()
    found = Place.objects.named_like(written).first()
    assert found is not None
    assert found.geonames_id == LYSYCHANSK


def test_every_name_is_stored_folded(file: Path) -> None:
    load()
    assert all(name.folded == fold(name.name) for name in PlaceName.objects.all())
