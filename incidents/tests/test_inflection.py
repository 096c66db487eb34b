"""Place names in the cases of Russian and Ukrainian."""

import pytest

from incidents.inflection import names_of
from incidents.management.commands import load_gazetteer as gazetteer
from incidents.management.commands.score_suggestions import gazetteer_names
from incidents.models import Place, PlaceName
from sources.suggestions.reading import read


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("Бахмуті", "бахмут"),
        ("Бахмутом", "бахмут"),
        ("Бахмуте", "бахмут"),
        ("Краматорську", "краматорськ"),
        ("Донецкой области", "донецкая область"),
        ("Харківщині", "харківська область"),
        ("Часового Яру", "часів яр"),
        ("Кривому Розі", "кривий ріг"),
        ("Ростове-на-Дону", "ростов-на-дону"),
        ("Білгороді-Дністровському", "білгород-дністровський"),
        ("Новой Каховке", "новая каховка"),
        ("Липцях", "липці"),
        ("Києвом", "київ"),
        ("Артёмовске", "артемовск"),
    ],
)
def test_a_case_leads_to_the_name(form: str, name: str) -> None:
    assert name in names_of(form)


def test_what_is_no_place_is_a_case_of_none() -> None:
    assert names_of("Заявив") == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Вибухи пролунали у Бахмуті та на Харківщині.", ["Bakhmut", "Kharkiv Oblast"]),
        ("Под Бахмутом и в Донецкой области идут бои.", ["Bakhmut", "Donetsk Oblast"]),
    ],
)
def test_the_gazetteer_finds_places_in_every_case(text: str, names: list[str]) -> None:
    by_id = {row.public_id(): row.name for row in gazetteer.read(gazetteer.FILE)}

    found = read(text, gazetteer=gazetteer_names()).places

    assert [by_id[one.key] for one in found] == names


def test_forms_are_no_names_of_places() -> None:
    names = {name for row in gazetteer.read(gazetteer.FILE) for name in row.names}

    assert names.isdisjoint(["Бахмутом", "Харківщині", "Краматорську"])


@pytest.mark.django_db
def test_a_place_is_looked_up_by_any_case_before_names_that_only_resemble_it() -> None:
    ukraine = Place.objects.create(kind="country", name="Ukraine")
    for name, own in (("Sumy", "Суми"), ("Sumakhy", "Сумахи")):
        place = Place.objects.create(kind="settlement", name=name, parent=ukraine)
        PlaceName.objects.create(place=place, name=own, language="uk")

    assert [place.name for place in Place.objects.named_like("Сумах")] == ["Sumy", "Sumakhy"]
    assert [place.name for place in Place.objects.named_like("Сумахи")] == ["Sumakhy", "Sumy"]
