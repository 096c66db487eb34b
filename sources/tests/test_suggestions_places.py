"""Which place is meant, where several bear one name."""

import pytest

from sources.suggestions.places import Known, NameIndex
from sources.suggestions.proposals import Mention
from sources.suggestions.reading import read

FACTS = {
    one.key: one
    for one in (
        Known("ukraine"),
        Known("odesa-oblast", within=("ukraine",)),
        Known("kharkiv-oblast", within=("ukraine",)),
        Known("kharkiv", 1_400_000, 50.0, 36.2, ("kharkiv-oblast", "ukraine")),
        Known("serhiivka-odesa", 5_000, 46.0, 30.4, ("odesa-oblast", "ukraine")),
        Known("serhiivka-kharkiv", 900, 49.9, 36.6, ("kharkiv-oblast", "ukraine")),
        Known("moscow", 12_000_000, 55.7, 37.6),
        Known("moskva-village", 600, 50.1, 36.3, ("kharkiv-oblast", "ukraine")),
        Known("myrne", 1_200, 47.0, 37.0),
        Known("vladimir", 357_000, 56.1, 40.4),
    )
}
PLACES = NameIndex(
    [
        ("odesa-oblast", "Одеська область"),
        ("kharkiv-oblast", "Харківська область"),
        ("kharkiv", "Харків"),
        ("serhiivka-kharkiv", "Сергіївка"),
        ("serhiivka-odesa", "Сергіївка"),
        ("moskva-village", "Москва"),
        ("moscow", "Москва"),
        ("myrne", "Мирне"),
        ("vladimir", "Владимир"),
    ],
    FACTS,
)


def places(text: str, language: str = "uk") -> list[Mention]:
    return read(text, language, gazetteer=PLACES).places


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Ракета влучила у Сергіївку.", "serhiivka-odesa"),
        ("У Харківській області обстріляли Сергіївку.", "serhiivka-kharkiv"),
        ("Обстріляли Харків та Сергіївку.", "serhiivka-kharkiv"),
    ],
)
def test_of_namesakes_the_one_of_the_region_then_the_nearest_then_the_largest_is_meant(
    text: str, key: str
) -> None:
    mention = places(text)[-1]

    assert mention.key == key
    assert set(mention.alternatives) == {"serhiivka-odesa", "serhiivka-kharkiv"} - {key}


def test_a_famous_place_is_meant_wherever_it_is_named() -> None:
    mention = places("У Харкові згадали Москву.")[-1]

    assert (mention.key, mention.alternatives) == ("moscow", ("moskva-village",))


def test_a_small_place_is_not_taken_from_the_first_word_of_a_sentence_alone() -> None:
    assert places("Мирне населення постраждало.") == []
    assert [one.key for one in places("Обстріляли Мирне. Мирне без світла.")] == ["myrne"] * 2


def test_a_given_name_is_no_town() -> None:
    assert places("Об этом сказал Владимир Петренко.", "ru") == []
    assert [one.key for one in places("Взрыв во Владимире.", "ru")] == ["vladimir"]


def test_a_form_is_looked_up_by_the_names_that_it_is_a_case_of() -> None:
    forms = {"розі": ["ріг"], "сум": ["суми", "сума"]}
    index = NameIndex([("rih", "Ріг"), ("sumy", "Суми")], names_of=lambda form: forms.get(form, ()))

    assert [one.key for one in index.find(("Розі",))] == ["rih"]
    assert [one.key for one in index.find(("Сум",))] == ["sumy"]
