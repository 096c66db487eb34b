"""Forms and spellings of one word become one term, and different words stay apart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.terms import term, terms, words


@pytest.mark.parametrize(
    "forms",
    [
        "Гладков Гладкова Гладкову Гладковым Гладкове Гладковим Gladkov Hladkov Gladkov’s",
        "Харьков Харькове Харьковом Харків Харкові Харкова Kharkiv Kharkov KHARKIV",
        "Київ Києва Києві Киев Киеве Kyiv Kiev",
        "Лисичанськ Лисичанську Лисичанском Лисичанске Lysychansk Lisichansk Lysychans'k Lisičansk",
        "Бєлгород Бєлгороді Белгород Белгороде Belgorod",
        "Авдіївка Авдіївці Авдіївку Авдіївкою Avdiivka",
        "Зеленський Зеленського Зеленским Зеленский Zelensky Zelenskyy Zelenskiy",
        "Україна України Україною Украина Украине Украиной Ukraine",
        "Росія Росії Росією Россия России Россией",
        "Одеса Одесі Одессы Odesa Odessa",
        "Львів Львова Львову Lviv",
        "Миколаїв Миколаєва Миколаєві Mykolaiv Mykolayiv",
        "Маріуполь Маріуполі Мариуполем Mariupol",
        "Запоріжжя Запоріжжі Zaporizhzhia Zaporizhzhya",
        "Сєвєродонецьк Сєвєродонецьку Северодонецк Sievierodonetsk Severodonetsk",
        "Путин Путина Путиным Путіним Putin",
        "Елка ёлки ЁЛКАМИ",
        "Élysée Elysee élysée’s",
        "дом дома домов домами домом",
        "обстріл обстріли обстрілів обстрілу",
        "разрушен разрушена разрушены разрушение",
        "взорвался взорвалась взорвались",
        "генерал генерала генералов",
        "explosion explosions explosive",
        "evacuate evacuated evacuation evacuating",
        "shell shells shelled shelling",
        "deny denies denied denying",
        "city cities city’s",
        "house houses housed housing",
        "building buildings build",
    ],
)
def test_forms_and_spellings_of_a_word_are_one_term(forms: str) -> None:
    assert len({term(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kyiv", "Kherson"),
        ("Kharkiv", "Kharkivka"),
        ("Чернігів", "Черкаси"),
        ("police", "policy"),
        ("мир", "море"),
        ("300", "30"),
        ("2022", "2002"),
        ("Мелитополь", "Мариуполь"),
    ],
)
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert term(one) != term(other)


def test_words_that_say_nothing_have_no_term_but_negations_have() -> None:
    assert terms("The city is not in their hands") == [term("city"), "not", term("hand")]
    assert terms("Не у місті") == [term("не"), term("місто")]


def test_a_word_ends_where_its_apostrophes_and_accents_end() -> None:
    text = "“Кам’янка”, Lysychans'k and Лисича́нськ—yes"

    assert [text[start:end] for start, end, _ in words(text)] == [
        "Кам’янка", "Lysychans'k", "Лисича́нськ", "yes",
    ]  # fmt: skip


@settings(derandomize=True)
@given(st.text() | st.text("абвеиіїйьяськовcghksedying'’\u0301\u030c0-½ ﬁ"))
def test_a_term_of_any_text_is_one_word_of_letters_and_digits(text: str) -> None:
    for start, end, found in words(text):
        assert 0 <= start < end <= len(text)
        assert found.isalnum()
        assert terms(text[start:end]) == [found]
