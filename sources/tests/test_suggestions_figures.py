import pytest

from sources.tests.suggesting import Figure, figures, proposals

ENGLISH: list[tuple[str, list[Figure]]] = [
    ("Four people were killed.", [("killed", 4, 4, "exactly")]),
    ("At least four people died.", [("killed", 4, None, "at_least")]),
    ("More than a dozen were wounded.", [("injured", 12, None, "more_than")]),
    ("Shelling killed two women and injured nine.", [
        ("killed", 2, 2, "exactly"), ("injured", 9, 9, "exactly"),
    ]),
    ("Up to 40 people were trapped under the rubble.", [("trapped", None, 40, "up_to")]),
    ("Fewer than 10 people are missing.", [("missing", None, 10, "less_than")]),
    ("About 300 residents were evacuated.", [("evacuation", 300, 300, "about")]),
    ("Nearly 1,500 civilians fled.", [("evacuation", 1500, 1500, "nearly")]),
    ("Between 15 and 20 people were hurt.", [("injured", 15, 20, "between")]),
    ("Dozens of people were killed.", [("killed", None, None, "vague")]),
    ("The death toll has risen to 33.", [("killed", 33, 33, "exactly")]),
    ("Rescuers pulled three bodies from the rubble.", [("killed", 3, 3, "exactly")]),
    ("Two people were taken to hospital.", [("hospitalised", 2, 2, "exactly")]),
    ("Air defences shot down 12 of 20 drones.", [("interception", 12, 12, "exactly")]),
    ("At least 7 cottages and 12 cars were damaged.", [
        ("damage", 7, None, "at_least"), ("damage", 12, None, "at_least"),
    ]),
    ("A school was destroyed.", [("damage", 1, 1, "exactly")]),
    ("Twenty-five people were injured, including three children.", [
        ("injured", 25, 25, "exactly"), ("injured", 3, 3, "exactly"),
    ]),
    ("1.3 million people were evacuated.", [("evacuation", 1_300_000, 1_300_000, "exactly")]),
]  # fmt: skip

RUSSIAN: list[tuple[str, list[Figure]]] = [
    ("Погибли три человека.", [("killed", 3, 3, "exactly")]),
    ("Ранения получили не менее 15 человек.", [("injured", 15, None, "at_least")]),
    ("Двое погибших и пятеро раненых.", [
        ("killed", 2, 2, "exactly"), ("injured", 5, 5, "exactly"),
    ]),
    ("Более двадцати пяти жителей пострадали.", [("injured", 25, None, "more_than")]),
    ("Число погибших выросло до 19.", [("killed", 19, 19, "exactly")]),
    ("Под завалами могут находиться до десяти человек.", [("trapped", None, 10, "up_to")]),
    ("Силы ПВО сбили 43 беспилотника.", [("interception", 43, 43, "exactly")]),
    ("Уничтожено 112 дронов.", [("interception", 112, 112, "exactly")]),
    ("Повреждены 12 жилых домов и 5 машин.", [
        ("damage", 12, 12, "exactly"), ("damage", 5, 5, "exactly"),
    ]),
    ("Эвакуировано около 4 тысяч жителей.", [("evacuation", 4000, 4000, "about")]),
    ("Пропавшими без вести числятся двое.", [("missing", 2, 2, "exactly")]),
    ("Погибли десятки людей.", [("killed", None, None, "vague")]),
    ("Погибла женщина.", [("killed", 1, 1, "exactly")]),
    ("Ранены шесть человек, в том числе двое детей.", [
        ("injured", 6, 6, "exactly"), ("injured", 2, 2, "exactly"),
    ]),
    ("Трое пострадавших госпитализированы.", [("hospitalised", 3, 3, "exactly")]),
    ("Найдены тела пяти человек.", [("killed", 5, 5, "exactly")]),
    ("Выпущено 90 ракет, 37 ракет удалось сбить.", [
        ("weapon", 90, 90, "exactly"), ("interception", 37, 37, "exactly"),
    ]),
    ("Повреждены фасады трёх домов.", [("damage", 3, 3, "exactly")]),
    ("По городу нанесли два ракетных удара.", []),
    ("Погибли от 5 до 7 человек.", [("killed", 5, 7, "between")]),
]  # fmt: skip

UKRAINIAN: list[tuple[str, list[Figure]]] = [
    ("Загинули троє людей.", [("killed", 3, 3, "exactly")]),
    ("Щонайменше 15 осіб дістали поранення.", [("injured", 15, None, "at_least")]),
    ("Понад двадцять п'ять мешканців постраждали.", [("injured", 25, None, "more_than")]),
    ("Кількість загиблих зросла до 31.", [("killed", 31, 31, "exactly")]),
    ("Збито 93 дрони та 6 ракет.", [
        ("interception", 93, 93, "exactly"), ("interception", 6, 6, "exactly"),
    ]),
    ("Сили ППО знешкодили 56 із 70 безпілотників.", [("interception", 56, 56, "exactly")]),
    ("Пошкоджено близько 30 приватних будинків.", [("damage", 30, 30, "about")]),
    ("Зруйновано школу.", [("damage", 1, 1, "exactly")]),
    ("Рятувальники врятували сімох людей.", [("rescued", 7, 7, "exactly")]),
    ("Госпіталізовано майже 40 людей.", [("hospitalised", 40, 40, "nearly")]),
    ("Зниклими безвісти вважаються 13 людей.", [("missing", 13, 13, "exactly")]),
    ("Поранено кілька людей.", [("injured", None, None, "vague")]),
    ("Загинули двоє людей, серед них одна дитина.", [
        ("killed", 2, 2, "exactly"), ("killed", 1, 1, "exactly"),
    ]),
    ("Евакуйовано до 500 жителів.", [("evacuation", None, 500, "up_to")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (language, *row)
        for language, rows in (("en", ENGLISH), ("ru", RUSSIAN), ("uk", UKRAINIAN))
        for row in rows
    ],
)
def test_a_count_is_bound_to_what_befell_the_counted(
    language: str, text: str, expected: list[Figure]
) -> None:
    assert figures(text, language) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The driver, 45, spoke to reporters.",
        "The village lies 12 km from the border.",
        "The city of 300,000 was calm.",
        "The town had a population of 8,000.",
        "The strike came on 9 April 2022.",
        "It happened at 11 Lenin Street.",
        "The 92nd Brigade fired an S-300.",
        "Prices rose by 12 percent.",
        "Населення міста — 100 тисяч.",
        "До границы отсюда 40 километров.",
        "Чоловікові 45 років.",
        "Пожар площадью 400 квадратных метров.",
        "Это произошло 12 мая на улице Мира, 15.",
    ],
)
def test_an_age_address_date_population_or_distance_is_no_claim(text: str) -> None:
    assert figures(text) == []


def test_an_age_is_not_the_number_of_the_dead() -> None:
    assert figures("A woman, 60, was killed.") == [("killed", 1, 1, "exactly")]


def test_a_number_without_a_fate_is_no_claim() -> None:
    assert figures("Twelve people came to the meeting.") == []


def test_what_a_vague_word_counts_keeps_the_word() -> None:
    (one,) = proposals("Dozens of houses were damaged.")

    assert one.number
    assert (one.number.word, one.number.unit) == ("Dozens of", "houses damaged")


def test_a_group_is_told_from_all() -> None:
    found = proposals("Three children and two soldiers were killed.")

    assert [one.number.group for one in found if one.number] == ["children", "combatants"]


def test_a_part_points_to_the_figure_that_includes_it() -> None:
    text = "Ранены шесть человек. Среди них двое детей."
    whole, part = proposals(text)

    assert part.part_of
    assert part.part_of.of(text) == "шесть человек"
    assert whole.part_of is None


def test_a_missile_that_was_fired_and_shot_down_is_two_claims() -> None:
    found = figures("Air defences shot down three missiles launched by Ukraine.")

    assert found == [("interception", 3, 3, "exactly"), ("weapon", 3, 3, "exactly")]


def test_both_numbers_of_so_many_out_of_so_many_are_read() -> None:
    found = figures("Air defences shot down 88 of the 103 drones that Russia launched.")

    assert found == [("interception", 88, 88, "exactly"), ("weapon", 103, 103, "exactly")]
