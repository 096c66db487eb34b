import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from incidents.names import fold


def likeness(one: str, other: str) -> float:
    """What pg_trgm's similarity() gives for two folded names."""

    def trigrams(name: str) -> set[str]:
        padded = [f"  {word} " for word in fold(name).split()]
        return {word[at : at + 3] for word in padded for at in range(len(word) - 2)}

    left, right = trigrams(one), trigrams(other)
    return len(left & right) / len(left | right)


@pytest.mark.parametrize(
    "spellings",
    [
        "Lysychansk Lisichansk Lysychans'k Lisičansk Лисичанськ Лисичанск ЛИСИЧАНСЬК",
        "Kharkiv Harkiv Харків",
        "Kherson Herson Херсон",
        "Odesa Odessa Одеса Одесса",
        "Serhiivka Serhiyivka Sergiivka Сергіївка",
        "Sergeyevka Sergeevka Сергеевка",
        "Haidai Gaidai Hayday Гайдай",
        "Zaporizhzhia Zaporizhzhya Запоріжжя",
        "Izium Izyum Ізюм Изюм",
        "Luhansk Lugansk Луганськ Луганск",
        "Sievierodonetsk Severodonetsk Сєвєродонецьк Северодонецк",
        "Enerhodar Energodar Енергодар Энергодар",
        "Oleksandr Olexandr Олександр",
        "Alexandrovka Aleksandrovka Александровка",
        "Zelenskyi Zelenskyy Zelenskiy Zelensky Зеленський Зеленский",
        "Щастя Shchastia Shchastya",
        "Королёв Королев",
    ],
)
def test_spellings_of_one_name_fold_to_one_form(spellings: str) -> None:
    assert len({fold(spelling) for spelling in spellings.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kharkiv", "Харьков"),
        ("Serhiivka", "Сергеевка"),
        ("Hladkov", "Gladkovs"),
        ("Lysychansk", "Lyschansk"),
        ("Chuhuiv", "Чугуев"),
    ],
)
def test_near_spellings_stay_above_the_trigram_threshold(one: str, other: str) -> None:
    assert likeness(one, other) > 0.3


@pytest.mark.parametrize(
    ("one", "other"),
    [("Lysychansk", "Slovyansk"), ("Zhuravka", "Гуровка"), ("Kherson", "Kharkiv")],
)
def test_different_names_stay_apart(one: str, other: str) -> None:
    assert likeness(one, other) < 0.3


def test_punctuation_becomes_one_space_between_words() -> None:
    assert fold("  Ivano–Frankivs’k_(raion)\x00") == "ivano frankivsk raion"


def test_other_scripts_are_left_as_they_are() -> None:
    assert fold("利西昌斯克") == "利西昌斯克"


def test_nothing_folds_to_nothing() -> None:
    assert fold("") == ""
    assert fold("ь ’ —") == ""


@given(st.text() | st.text("cghksz´'ˇ\u030ceijyxw ьхгшжщчціїйё"))
@example("zhzzh")
@example("\u0374")
@example("e\u0345ie")
@example("\ud800")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
