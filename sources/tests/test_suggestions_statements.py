import pytest

from sources.suggestions.reading import read
from sources.tests.suggesting import PLACES, proposals, speakers


@pytest.mark.parametrize(
    ("text", "status", "side", "place"),
    [
        ("Russia said its troops captured Lysychansk.", "full_control", "russia", "Lysychansk"),
        ("Vovchansk is under full control of Russian forces.", "full_control", "russia",
         "Vovchansk"),
        ("Vovchansk is not under full control of Russian forces.", "not_full_control", "russia",
         "Vovchansk"),
        ("Russian forces surrounded Lysychansk.", "encircled", "russia", "Lysychansk"),
        ("Ukrainian troops withdrew from Lysychansk.", "withdrawn", "ukraine", "Lysychansk"),
        ("Ukrainian forces recaptured Vovchansk.", "recaptured", "ukraine", "Vovchansk"),
        ("Fierce fighting continues in Vovchansk.", "contested", "none", "Vovchansk"),
        ("Russian forces advanced near Vovchansk.", "advance", "russia", "Vovchansk"),
        ("Russian forces entered Vovchansk.", "entered", "russia", "Vovchansk"),
        ("Российские войска взяли под контроль Лисичанск.", "full_control", "russia", "Лисичанск"),
        ("Украинские силы удерживают Волчанск.", "held", "ukraine", "Волчанск"),
        ("Украинские военные отошли из Лисичанска.", "withdrawn", "ukraine", "Лисичанска"),
        ("Российские войска окружили Лисичанск.", "encircled", "russia", "Лисичанск"),
        ("В Волчанске идут тяжелые бои.", "contested", "none", "Волчанске"),
        ("Російські війська захопили Лисичанськ.", "full_control", "russia", "Лисичанськ"),
        ("Українські військові звільнили Вовчанськ.", "recaptured", "ukraine", "Вовчанськ"),
        ("Ворог просунувся на північ від Вовчанська.", "advance", "russia", "Вовчанська"),
        ("Точаться бої у Вовчанську.", "contested", "none", "Вовчанську"),
        ("Росія заявила, що взяла під контроль Часів Яр.", "full_control", "russia", "Часів Яр"),
    ],
)  # fmt: skip
def test_control_has_a_status_a_side_and_a_place(
    text: str, status: str, side: str, place: str
) -> None:
    (one,) = proposals(text, "control")

    assert one.control
    assert (one.control.status, one.control.side) == (status, side)
    assert one.control.place
    assert one.control.place.of(text) == place


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("The governor denied that Lysychansk was surrounded.", "not_encircled"),
        ("Губернатор отрицает, что Лисичанск окружен.", "not_encircled"),
        ("Речник заперечив, що Лисичанськ оточений.", "not_encircled"),
        ("Russian forces have not captured Lysychansk.", "not_full_control"),
    ],
)
def test_a_denied_status_is_its_opposite_and_a_denial(text: str, status: str) -> None:
    (one,) = proposals(text, "control")

    assert one.control
    assert (one.stance, one.control.status) == ("denies", status)


def test_what_may_yet_fall_is_an_outlook() -> None:
    found = proposals("The adviser admitted that Ukraine could lose control of Lysychansk.")

    assert [one.question for one in found] == ["outlook"]


def test_how_many_settlements_were_taken_is_counted() -> None:
    (one,) = proposals("Russia said it took four villages in the region.", "control")

    assert one.number
    assert (one.number.low, one.number.unit) == (4, "settlements")


@pytest.mark.parametrize(
    "text",
    [
        "The mayor blamed Russia for the strike.",
        "Russian forces attacked the town.",
        "The ministry said Ukraine launched missiles at the city.",
        "The shells were fired by Ukrainian troops.",
        "Губернатор обвинил Украину в обстреле.",
        "Российские войска атаковали город.",
        "Город обстреляли украинские войска.",
        "Міністр звинуватив Росію в ударі.",
        "Російські війська завдали удару по місту.",
    ],
)
def test_an_attack_laid_to_a_side_is_a_claim_of_responsibility(text: str) -> None:
    assert [one.stance for one in proposals(text, "responsibility")] == ["asserts"]


@pytest.mark.parametrize(
    "text",
    [
        "Moscow denied responsibility for the strike.",
        "Kyiv rejected the accusations.",
        "Кремль опроверг причастность к удару.",
        "Киев эти обвинения отверг.",
        "Кремль заявил, что это не соответствует действительности.",
        "Кремль заперечив причетність до удару.",
    ],
)
def test_a_denial_stands_as_one(text: str) -> None:
    (one,) = proposals(text)

    assert (one.question, one.stance) == ("responsibility", "denies")
    assert one.speaker
    assert one.speaker.side in ("russia", "ukraine")


@pytest.mark.parametrize(
    "text",
    [
        "Kyiv did not comment on the strike.",
        "Ukraine has not claimed responsibility.",
        "There was no reaction from Kyiv.",
        "Kyiv neither confirmed nor denied involvement.",
        "Киев не комментировал сообщения.",
        "Українська влада удар не коментувала.",
        "Украина не взяла на себя ответственность за взрыв.",
        "Київ не коментував удар.",
        "Україна не брала на себе відповідальності.",
    ],
)
def test_silence_is_neither_denial_nor_claim(text: str) -> None:
    (one,) = proposals(text)

    assert (one.question, one.stance) == ("responsibility", "declines_to_comment")
    assert one.speaker
    assert one.speaker.side == "ukraine"


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Reuters could not independently verify the report.", "Reuters"),
        ("The claims could not be independently verified.", ""),
        ("Officials made the claim without providing evidence.", ""),
        ("Независимо проверить эту информацию не удалось.", ""),
        ("Reuters не смогло независимо проверить эти данные.", "Reuters"),
        ("Незалежно підтвердити ці дані неможливо.", ""),
        ("Reuters не змогло незалежно перевірити ці твердження.", "Reuters"),
    ],
)
def test_who_could_not_verify_says_so(text: str, speaker: str) -> None:
    (one,) = proposals(text, "verification")

    assert (one.stance, one.verification) == ("cannot_confirm", "could_not_verify")
    assert speakers(text, "verification") == [speaker]


def test_an_outlet_that_names_itself_speaks_in_its_own_voice() -> None:
    text = "The Daily Herald News could not verify the claims."
    (one,) = read(text, publisher="The Daily Herald News").proposals

    assert one.speaker is None


@pytest.mark.parametrize(
    ("text", "verification"),
    [
        ("The BBC has verified the footage.", "verified"),
        ("Analysts geolocated the video.", "geolocated"),
        ("The incident is under investigation.", "under_investigation"),
        ("Обстоятельства выясняются.", "under_investigation"),
        ("Відео геолокували аналітики.", "geolocated"),
    ],
)
def test_other_kinds_of_checking_are_told_apart(text: str, verification: str) -> None:
    assert [one.verification for one in proposals(text, "verification")] == [verification]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("The fire was caused by falling debris.", "cause"),
        ("Причиной взрыва стало короткое замыкание.", "cause"),
        ("Внаслідок падіння уламків сталася пожежа.", "cause"),
        ("The forces were targeting a fuel depot.", "target"),
        ("The missile was a Kinzhal.", "weapon"),
        ("Удар нанесли «Искандером».", "weapon"),
        ("The governor urged residents to leave.", "call_for_action"),
    ],
)
def test_cause_target_weapon_and_appeal_are_found(text: str, question: str) -> None:
    assert question in {one.question for one in proposals(text)}


def test_places_are_those_of_the_gazetteer_in_any_case() -> None:
    text = "Взрывы в Белгороде и Харьковской области. Вибух у Києві, біля Авдіївки та Часового Яру."

    assert [one.key for one in read(text, "ru", gazetteer=PLACES).places] == [
        "belgorod",
        "kharkiv-oblast",
        "kyiv",
        "avdiivka",
        "chasiv-yar",
    ]
