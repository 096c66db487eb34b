"""Pages of the kinds that editors save. Words and outlets are made up; the markup is as in use."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from sources.intake.files import read_file, read_pasted
from sources.intake.markup import MOST_ELEMENTS
from sources.intake.reading import Reading, Unreadable

EAST = timezone(timedelta(hours=3))
BODY = (
    "<p>Троє людей загинули і четверо поранені внаслідок нічного обстрілу міста, повідомив голова "
    "обласної адміністрації.</p><p>За його словами, пошкоджено одинадцять багатоповерхівок. "
    "Рятувальники досі працюють на двох вулицях поблизу ринку.</p><p>Незалежно перевірити ці "
    "повідомлення не вдалося.</p>"
)
RUSSIAN = (
    "<p>Три человека погибли в результате ночного обстрела города, сообщил губернатор. "
    "Повреждены одиннадцать многоквартирных домов и объекты энергетики.</p><p>Министерство "
    "обороны это сообщение не комментировало, подъезды к рынку закрыты.</p>"
)

WORDPRESS = f"""<!DOCTYPE html><html lang="uk-UA"><head><meta charset="UTF-8">
<title>Троє загинули &#8211; Вісник</title>
<link rel="canonical" href="https://visnyk.example/news/troie/">
<meta property="og:locale" content="uk_UA"><meta property="og:title" content="Троє загинули">
<meta property="article:published_time" content="2022-07-03T06:30:00+00:00">
<script type="application/ld+json" class="yoast-schema-graph">{{"@context":"https://schema.org",
"@graph":[{{"@type":"WebSite","@id":"https://visnyk.example/#website","name":"Вісник: новини"}},
{{"@type":["Organization","Brand"],"@id":"https://visnyk.example/#org","name":"Вісник",
"url":"https://visnyk.example/"}},{{"@type":["Article","NewsArticle"],
"mainEntityOfPage":{{"@id":"https://visnyk.example/news/troie/"}},
"headline":"Троє загинули &#8212; голова області","datePublished":"2022-07-03T09:30:00+03:00",
"dateModified":"2022-07-03T11:05:00+03:00","publisher":{{"@id":"https://visnyk.example/#org"}},
"inLanguage":"uk"}}]}}</script></head><body><header><nav><a href="/">Головна</a>
<a href="/news/">Новини</a></nav></header><main><article><h1>Троє загинули</h1>{BODY}</article>
<aside><h3>Читайте також</h3><a href="/x">Інша новина</a></aside></main></body></html>"""

MINISTRY = f"""<html><body><div id="menu"><a href="/">Про міністерство</a></div><div class="news">
<h1>Про наслідки обстрілу</h1><time>Опубліковано 3 липня 2022 року о 18:30</time>{BODY}</div>
</body></html>"""

AGENCY = f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251">
<title>Три человека погибли</title><meta itemprop="datePublished" content="2022-07-03T12:10">
</head><body><h1>Три человека погибли</h1>{RUSSIAN}</body></html>"""

GOVERNMENT = f"""<html lang="ua"><head><meta property="og:site_name"
content="Обласна адміністрація">
<meta property="og:url" content="https://oda.gov.example/news/7"><meta property="og:title"
content="Голова області про обстріл"><meta property="og:locale" content="uk_UA"></head><body>
<article>{BODY}<time datetime="2022-07-03">3 липня</time></article></body></html>"""

AMP = f"""<!doctype html><html amp lang="uk"><head><meta charset="utf-8">
<link rel="canonical" href="/news/troie"><script type="application/ld+json">
[{{"@type":"http://schema.org/NewsArticle","headline":"Троє загинули",
"datePublished":"2022-07-03T06:30:00Z","dateModified":"2022-07-03T06:30:00Z",
"publisher":{{"@type":"Organization","name":"Вісник"}}}}]</script></head>
<body><article>{BODY}</article></body></html>"""

TELEGRAM = """<html><head><meta property="og:title" content="Голова області"></head><body>
<section class="tgme_channel_history">{}</section></body></html>"""
POST = """<div class="tgme_widget_message_wrap"><div class="tgme_widget_message text_not_supported"
data-post="Holova/{number}"><a class="tgme_widget_message_owner_name">Голова області</a>
<div class="tgme_widget_message_text js-message_text" dir="auto"><b>Вночі</b> загинули {number}
людей.<br/>Рятувальники 👨‍👩‍👧 працюють.</div><span class="tgme_widget_message_meta">
<a class="tgme_widget_message_date"><time datetime="2022-07-03T03:12:33+00:00"
class="time">06:12</time></a></span></div></div>"""


def values(reading: Reading) -> list[str]:
    """The value of every list that is proposed first."""
    lists = (reading.titles, reading.addresses, reading.publishers, reading.languages)
    return [found[0].value if found else "" for found in lists]


def test_a_wordpress_page_tells_all_in_its_graph() -> None:
    reading = read_file(WORDPRESS.encode())

    assert values(reading) == [
        "Троє загинули — голова області",
        "https://visnyk.example/news/troie/",
        "Вісник",
        "uk",
    ]
    assert reading.homepages[0].value == "https://visnyk.example/"
    assert reading.published[0].shown == datetime(2022, 7, 3, 9, 30, tzinfo=EAST)
    assert reading.published[0].where == "JSON-LD, datePublished"
    assert reading.modified[0].shown == datetime(2022, 7, 3, 11, 5, tzinfo=EAST)
    assert "одинадцять багатоповерхівок" in reading.text
    assert "Читайте також" not in reading.text
    assert "Головна" not in reading.text
    assert reading.notes == []


def test_a_ministry_page_has_a_time_in_words_without_a_zone() -> None:
    reading = read_file(MINISTRY.encode())

    assert values(reading) == ["Про наслідки обстрілу", "", "", "uk"]
    (published,) = reading.published
    assert published.shown == datetime(2022, 7, 3, 18, 30)  # noqa: DTZ001
    assert published.with_time
    assert reading.languages[0].where == "letters of the text"


def test_an_agency_page_in_windows_1251_is_read_as_it_says() -> None:
    reading = read_file(AGENCY.encode("cp1251"))

    assert values(reading) == ["Три человека погибли", "", "", "ru"]
    assert "подъезды к рынку" in reading.text
    assert reading.published[0].shown == datetime(2022, 7, 3, 12, 10)  # noqa: DTZ001
    assert reading.notes == []


def test_a_government_page_has_open_graph_and_a_day_alone() -> None:
    reading = read_file(GOVERNMENT.encode())

    assert values(reading) == [
        "Голова області про обстріл",
        "https://oda.gov.example/news/7",
        "Обласна адміністрація",
        "uk",
    ]
    assert [one.with_time for one in reading.published] == [False]


def test_an_amp_page_names_the_address_of_the_other() -> None:
    reading = read_file(AMP.encode(), "https://amp.visnyk.example/news/troie")

    assert reading.addresses[0].value == "https://amp.visnyk.example/news/troie"
    assert reading.published[0].shown == datetime(2022, 7, 3, 6, 30, tzinfo=UTC)


def test_of_a_telegram_channel_the_post_at_the_address_is_read() -> None:
    page = TELEGRAM.format(POST.format(number=11) + POST.format(number=12))

    reading = read_pasted(page, "https://t.me/s/holova/12?single")

    assert values(reading) == [
        "Вночі загинули 12 людей.",
        "https://t.me/Holova/12",
        "Голова області",
        "",
    ]
    assert reading.text == "Вночі загинули 12 людей.\nРятувальники 👨‍👩‍👧 працюють."
    assert reading.published[0].shown == datetime(2022, 7, 3, 3, 12, 33, tzinfo=UTC)
    assert reading.homepages[0].value == "https://t.me/holova"


def test_of_several_telegram_posts_the_editor_is_asked_which() -> None:
    page = TELEGRAM.format(POST.format(number=11) + POST.format(number=12))

    with pytest.raises(Unreadable, match="holds 2 Telegram posts: give the address"):
        read_pasted(page)
    assert "загинули 11" in read_pasted(TELEGRAM.format(POST.format(number=11))).text


def test_characters_that_nobody_sees_stay_in_the_text() -> None:
    page = WORDPRESS.replace("Незалежно", "Не\u202eзале\u200bжно 👨‍👩‍👧")

    assert "Не\u202eзале\u200bжно 👨‍👩‍👧" in read_file(page.encode()).text


def test_letters_doubt_the_language_that_a_page_names() -> None:
    page = f'<html lang="uk"><body><article>{RUSSIAN}</article></body></html>'

    reading = read_pasted(page)

    assert reading.languages[0].value == "uk"
    (note,) = reading.notes
    assert "its letters are those of ru" in note


@pytest.mark.parametrize(
    "json",
    [
        "[" * 100_000,
        '{"@type": "NewsArticle", "headline": {"@value": 7}, "datePublished": ["x", {}]}',
        '{"@type": ["NewsArticle", 7, null], "publisher": [[]], "url": "http://[1"}',
        '{"@graph": [{"@type": "NewsArticle", "publisher": {"@id": "x"}, "headline": "\\ud800"}]}',
        "7",
        "not JSON",
    ],
)
def test_json_of_any_shape_is_survived(json: str) -> None:
    page = f'<html><head><script type="application/ld+json">{json}</script></head><body>{BODY}'

    reading = read_pasted(page + "</body></html>")

    assert "багатоповерхівок" in reading.text
    "".join(one.value for one in reading.titles).encode()


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("<html><body>" + "<b>" * 4 * MOST_ELEMENTS, "elements"),
        ("<html><body>" + "<div>" * 5000 + "x", "nested too deeply"),
        ("<html><body><p> </p></body></html>", "There is no text in it"),
        ("<html><body><p>" + "слово " * 100_000, "a snapshot holds 500,000"),
    ],
)
def test_a_page_past_the_limits_is_refused_in_words(page: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_pasted(page)


def test_entities_of_a_page_do_not_unfold() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    page = f'<!DOCTYPE html [<!ENTITY e0 "boom">{bomb}]><html><body>{BODY}<p>&e11;</p></body>'

    assert "boomboom" not in read_pasted(page).text
