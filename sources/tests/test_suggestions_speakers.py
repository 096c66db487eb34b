import pytest

from sources.tests.suggesting import proposals, speakers


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mayor Ivan Petrenko said two people were killed.", "Ivan Petrenko"),
        ("Two people were killed, mayor Ivan Petrenko said.", "Ivan Petrenko"),
        ("Two people were killed, regional head Ivan Petrenko wrote on Telegram.", "Ivan Petrenko"),
        ("“Two people were killed,” wrote governor Ivan Petrenko.", "Ivan Petrenko"),
        ("The head of the region, Ivan Petrenko, said two people were killed.", "Ivan Petrenko"),
        ("Ivan Petrenko, the head of the region, said two people were killed.", "Ivan Petrenko"),
        ("According to police, two people were killed.", "police"),
        ("Two people were killed, according to the emergency service.", "the emergency service"),
        ("Two people were killed, officials said.", "officials"),
        ("An adviser to President Ivan Petrenko said two people were killed.",
         "An adviser to President Ivan Petrenko"),
        ("По словам мэра Ивана Петренко, погибли два человека.", "Ивана Петренко"),
        ("Погибли два человека, сообщил губернатор Иван Петренко.", "Иван Петренко"),
        ("Мэр Харькова Иван Петренко сообщил, что погибли два человека.", "Иван Петренко"),
        ("По данным МЧС, погибли два человека.", "МЧС"),
        ("Как сообщили в полиции, погибли два человека.", "полиции"),
        ("Погибли два человека, сообщает ТАСС.", "ТАСС"),
        ("За словами мера Івана Петренка, загинули двоє людей.", "Івана Петренка"),
        ("Загинули двоє людей, повідомив очільник області Іван Петренко.", "Іван Петренко"),
        ("Іван Петренко заявив, що загинули двоє людей.", "Іван Петренко"),
        ("За даними ДСНС, загинули двоє людей.", "ДСНС"),
        ("Унаслідок удару загинули двоє людей, — Петренко.", "Петренко"),
        ("Загинули двоє людей, йдеться у повідомленні поліції.", "поліції"),
    ],
)  # fmt: skip
def test_a_claim_is_its_speakers(text: str, name: str) -> None:
    assert speakers(text, "killed") == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Two people were killed in the strike.",
        "The reported blasts killed two people.",
        "Два человека погибли ночью.",
        "Унаслідок вибуху загинули двоє людей.",
    ],
)
def test_a_claim_that_nobody_is_named_for_is_the_outlets(text: str) -> None:
    assert speakers(text, "killed") == [""]


def test_two_speakers_of_one_sentence_keep_their_figures_apart() -> None:
    text = "Mayor Ivan Petrenko said two people were killed but local media claimed seven died."

    assert speakers(text, "killed") == ["Ivan Petrenko", "local media"]


def test_he_is_who_spoke_before() -> None:
    text = "Mayor Ivan Petrenko said two people were killed. Nine were wounded, he added."

    assert speakers(text) == ["Ivan Petrenko", "Ivan Petrenko"]


def test_a_name_given_short_has_the_role_that_was_given_before() -> None:
    text = "Мэр Иван Петренко сообщил о взрыве.\nПогибли два человека, уточнил Петренко."
    (one,) = proposals(text, "killed")

    assert one.speaker
    assert (one.speaker.name, one.speaker.role) == ("Иван Петренко", "Мэр")


@pytest.mark.parametrize(
    "text",
    [
        "Погибли два человека. Об этом сообщил мэр Иван Петренко.",
        "Загинули двоє людей. Про це повідомив мер Іван Петренко.",
    ],
)
def test_the_speaker_may_come_a_sentence_later(text: str) -> None:
    (one,) = proposals(text, "killed")

    assert one.speaker
    assert one.speaker.name in ("Иван Петренко", "Іван Петренко")
    assert one.speaker.carried


def test_a_quotation_goes_on_over_sentences() -> None:
    text = "“Two people were killed. Nine are missing,” governor Ivan Petrenko said."

    assert speakers(text) == ["Ivan Petrenko", "Ivan Petrenko"]


def test_what_was_allegedly_so_goes_on_from_who_spoke() -> None:
    text = "Mayor Ivan Petrenko said two people were killed.\nNine were allegedly wounded."
    (_, one) = proposals(text)

    assert one.speaker
    assert one.speaker.carried
    assert one.hedges == ("allegedly",)


def test_who_only_denied_is_not_given_what_follows() -> None:
    text = "Governor Ivan Petrenko denied the reports. Two people were killed."

    assert speakers(text, "killed") == [""]


def test_whom_an_agency_cites_is_the_speaker_and_the_agency_relays() -> None:
    (one,) = proposals("Reuters reported that mayor Ivan Petrenko said two people died.", "killed")

    assert one.speaker
    assert (one.speaker.name, one.speaker.relayed_by) == ("Ivan Petrenko", "Reuters")


def test_the_channel_and_the_side_are_read() -> None:
    (one,) = proposals("Ukrainian governor Ivan Petrenko said on Telegram two people were killed.")

    assert one.speaker
    assert (one.speaker.channel, one.speaker.side) == ("on Telegram", "ukraine")


@pytest.mark.parametrize(
    ("text", "attribution"),
    [
        ("Officials said two people were killed.", "official_unnamed"),
        ("Local media said two people were killed.", "second_hand"),
        ("Mayor Ivan Petrenko said two people were killed.", "named"),
        ("Очевидцы сообщили, что погибли два человека.", "official_unnamed"),
        ("ЗМІ повідомили, що загинули двоє людей.", "second_hand"),
    ],
)
def test_the_kind_of_attribution_is_told(text: str, attribution: str) -> None:
    (one,) = proposals(text, "killed")

    assert one.speaker
    assert one.speaker.attribution == attribution


def test_the_words_that_name_the_speaker_are_where_the_span_says() -> None:
    text = "😀 Мэр Иван Петренко сообщил, что погибли два человека."
    (one,) = proposals(text, "killed")

    assert one.speaker
    assert one.speaker.span.of(text) == "Мэр Иван Петренко"
    assert one.span.of(text) == "погибли два человека"
