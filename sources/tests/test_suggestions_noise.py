import pytest

from sources.suggestions.reading import read


@pytest.mark.parametrize(
    "text",
    [
        "Read also: Attack on the city kills 30, injures 160",
        "Photo: Rescuers at a house where 5 people were killed",
        "2 of 3 A man stands where two people were killed — Photo: Agency",
        "Sign up for our newsletter: 12 people were killed",
        "Support independent journalism: donate if 5 people were hurt",
        "Читайте также: При атаке погибли 34 человека",
        "Фото: место, где погибли 2 человека",
        "Подписывайтесь на наш канал: погибли 3 человека",
        "Читайте також: Через удар загинули 35 людей",
        "Підтримайте нас: загинули двоє людей",
    ],
)
def test_nothing_is_proposed_from_captions_links_and_appeals(text: str) -> None:
    found = read(text)

    assert found.proposals == []
    assert [span.of(text) for span in found.skipped]


def test_what_stands_beside_noise_is_read() -> None:
    text = "Two people were killed.\nRead also: Attack kills 30\nNine people were injured."

    assert [one.question for one in read(text).proposals] == ["killed", "injured"]
