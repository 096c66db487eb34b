"""A reader's walk through the demo data: filters, search, history, permalinks."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from incidents.tests.browser.addresses import CLAIM, CLAIM_ID, INCIDENT, INCIDENT_ID
from incidents.tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

UNFILTERED = re.compile(r":\d+/$")


@pytest.fixture
def timeline(reader: Page) -> Page:
    """The timeline, marked so that `stayed` can tell whether it was loaded anew."""
    reader.goto("/")
    reader.evaluate("window.stays = true")
    return reader


def stayed(page: Page) -> bool:
    return bool(page.evaluate("window.stays === true"))


def entries(page: Page) -> Locator:
    return page.get_by_role("article")


def titles(page: Page) -> list[str]:
    return entries(page).get_by_role("heading").all_inner_texts()


def promised(page: Page, facet: str, value: str) -> int:
    """How many incidents the filters say that a choice would show."""
    number = page.locator(f"li:has(#{facet}-{value}) .num")
    return int(number.inner_text().split()[0])


def summary(page: Page) -> Locator:
    return page.get_by_role("list", name="Balance")


def balance(page: Page) -> list[str]:
    return summary(page).get_by_role("listitem").all_inner_texts()


def test_a_kind_shows_as_many_incidents_as_its_count_says(timeline: Page) -> None:
    every = entries(timeline).count()
    explosions = promised(timeline, "kind", "explosion")
    assert 0 < explosions < every

    timeline.get_by_role("checkbox", name="Explosion").click()

    expect(timeline).to_have_url("/?kind=explosion")
    expect(entries(timeline)).to_have_count(explosions)
    expect(summary(timeline)).to_contain_text(f"{explosions} incident")
    expect(timeline.get_by_role("list", name="Active filters")).to_contain_text("Kind Explosion")
    assert stayed(timeline)


def test_a_choice_changes_the_counts_of_other_filters_but_not_of_its_own(timeline: Page) -> None:
    strikes = promised(timeline, "kind", "strike")
    contested = promised(timeline, "standing", "contested")

    timeline.get_by_role("checkbox", name="Explosion").click()
    expect(timeline).to_have_url("/?kind=explosion")

    assert promised(timeline, "kind", "strike") == strikes
    assert promised(timeline, "standing", "contested") < contested


def test_two_values_of_a_filter_add_up_and_two_filters_narrow(timeline: Page) -> None:
    both = promised(timeline, "kind", "strike") + promised(timeline, "kind", "explosion")

    timeline.get_by_role("checkbox", name="Strike").click()
    timeline.get_by_role("checkbox", name="Explosion").click()
    expect(timeline).to_have_url("/?kind=explosion&kind=strike")
    expect(entries(timeline)).to_have_count(both)
    contested = promised(timeline, "standing", "contested")
    assert contested < both
    timeline.get_by_role("checkbox", name="Contested").click()

    expect(timeline).to_have_url("/?kind=explosion&kind=strike&standing=contested")
    expect(entries(timeline)).to_have_count(contested)


def test_an_answer_that_comes_after_the_next_choice_does_not_undo_it(timeline: Page) -> None:
    answer = timeline.request.get("/?kind=strike", headers={"HX-Request": "true"})
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    timeline.route(re.compile("strike(?!.*contested)"), hold)
    with timeline.expect_request(re.compile("strike")):
        timeline.get_by_role("checkbox", name="Strike").click()

    timeline.get_by_role("checkbox", name="Contested").click()
    held[0].fulfill(response=answer)

    expect(timeline).to_have_url("/?kind=strike&standing=contested")
    expect(timeline.get_by_role("checkbox", name="Strike")).to_be_checked()
    expect(timeline.get_by_role("checkbox", name="Contested")).to_be_checked()


def test_the_focus_stays_on_the_filter_that_was_chosen(timeline: Page) -> None:
    timeline.get_by_role("checkbox", name="Explosion").click()
    expect(timeline).to_have_url("/?kind=explosion")

    expect(timeline.get_by_role("checkbox", name="Explosion")).to_be_focused()
    assert stayed(timeline)


def test_filters_that_were_opened_and_closed_stay_so(timeline: Page) -> None:
    timeline.get_by_text("Who claimed it", exact=True).click()
    timeline.get_by_text("Standing", exact=True).click()

    timeline.get_by_role("checkbox", name="Explosion").click()
    expect(timeline).to_have_url("/?kind=explosion")

    expect(timeline.locator("#facet-actor")).to_have_attribute("open", "")
    expect(timeline.locator("#facet-standing")).not_to_have_attribute("open", "")


def test_a_screen_reader_hears_the_new_count(timeline: Page) -> None:
    status = timeline.locator("#announce")
    expect(status).to_be_empty()
    timeline.get_by_role("checkbox", name="Explosion").click()
    expect(timeline).to_have_url("/?kind=explosion")

    expect(status).to_have_text(re.compile(r"\d+ incidents?, \d+ claims?"))
    assert re.split(", ", status.inner_text()) == balance(timeline)[:2]


def test_a_chip_takes_its_filter_back_and_leaves_the_others(timeline: Page) -> None:
    timeline.get_by_role("checkbox", name="Explosion").click()
    timeline.get_by_role("checkbox", name="Contested").click()
    expect(timeline).to_have_url("/?kind=explosion&standing=contested")

    timeline.get_by_role("link", name="Remove filter Kind Explosion").click()

    expect(timeline).to_have_url("/?standing=contested")
    expect(timeline.get_by_role("checkbox", name="Explosion")).not_to_be_checked()
    expect(timeline.get_by_role("checkbox", name="Contested")).to_be_checked()
    expect(entries(timeline)).to_have_count(promised(timeline, "standing", "contested"))
    assert stayed(timeline)


def test_clear_all_takes_every_filter_and_the_search_back(timeline: Page) -> None:
    every = titles(timeline)
    timeline.get_by_role("searchbox").fill("Belgorod")
    timeline.get_by_role("button", name="Search").click()
    timeline.wait_for_url("/?q=Belgorod")  # and until its scripts have run
    timeline.get_by_role("checkbox", name="Explosion").click()
    expect(timeline).to_have_url("/?kind=explosion&q=Belgorod")

    timeline.get_by_role("link", name="Clear all").click()

    expect(timeline).to_have_url(UNFILTERED)
    expect(entries(timeline)).to_have_count(len(every))
    expect(timeline.get_by_role("searchbox")).to_have_value("")
    assert titles(timeline) == every
    assert stayed(timeline)


@pytest.mark.parametrize("words", ["Lysychansk", "Lisichansk", "Лисичанськ", "Лисичанск"])
def test_a_search_finds_a_place_in_any_spelling_and_script(timeline: Page, words: str) -> None:
    timeline.get_by_role("searchbox").fill(words)
    timeline.get_by_role("button", name="Search").click()

    expect(
        timeline.get_by_role("heading", name="Competing accounts of who holds Lysychansk")
    ).to_be_visible()
    expect(timeline.get_by_role("heading", name=re.compile("Kremenchuk"))).to_be_hidden()
    assert stayed(timeline)


def test_a_search_keeps_the_filters(timeline: Page) -> None:
    timeline.get_by_role("checkbox", name="Explosion").click()
    expect(timeline).to_have_url("/?kind=explosion")

    timeline.get_by_role("searchbox").fill("Belgorod")
    timeline.get_by_role("searchbox").press("Enter")

    expect(timeline).to_have_url("/?kind=explosion&q=Belgorod")
    expect(timeline.get_by_role("checkbox", name="Explosion")).to_be_checked()


def test_days_narrow_the_list_to_what_may_have_happened_on_them(timeline: Page) -> None:
    timeline.get_by_label("From", exact=True).fill("2022-06-27")
    timeline.get_by_label("To", exact=True).fill("2022-06-27")

    expect(timeline).to_have_url("/?from=2022-06-27&to=2022-06-27")
    strike = entries(timeline).filter(has_text="shopping centre in Kremenchuk")
    expect(strike).to_be_visible()
    expect(strike).not_to_contain_text("possibly")
    expect(entries(timeline).filter(has_text="The invasion of Ukraine as a whole")).to_contain_text(
        "possibly in these dates"
    )
    expect(entries(timeline).filter(has_text="Vovchansk")).to_have_count(0)


def test_a_day_can_be_typed_at_leisure(timeline: Page) -> None:
    timeline.get_by_label("From", exact=True).focus()
    timeline.keyboard.type("06272022", delay=250)

    expect(timeline).to_have_url("/?from=2022-06-27")
    expect(timeline.get_by_label("From", exact=True)).to_have_value("2022-06-27")
    expect(entries(timeline).filter(has_text="shopping centre in Kremenchuk")).to_be_visible()


def test_a_country_opens_to_its_regions_and_a_region_to_its_places(timeline: Page) -> None:
    places = timeline.locator("#facet-place")
    expect(places.get_by_label("Belgorod", exact=True)).to_be_hidden()

    places.get_by_label("Belgorod Oblast").click()
    expect(places.get_by_label("Belgorod", exact=True)).to_be_visible()
    places.get_by_label("Belgorod", exact=True).click()
    places.get_by_label("Belgorod Oblast").click()

    expect(places.get_by_label("Belgorod Oblast")).not_to_be_checked()
    expect(places.get_by_label("Belgorod", exact=True)).to_be_checked()
    expect(entries(timeline).filter(has_text="Explosions in Belgorod on 3 July")).to_be_visible()
    expect(entries(timeline).filter(has_text="Vovchansk")).to_have_count(0)


def test_a_place_is_typed_misspelt_and_chosen_from_the_keyboard(timeline: Page) -> None:
    timeline.get_by_role("checkbox", name="Territorial claim").click()
    expect(timeline).to_have_url("/?kind=territorial_change")

    timeline.get_by_label("Find a place by name").press_sequentially("Лісичанск")
    choice = timeline.locator("#choices-place").get_by_role("link", name="Lysychansk")
    expect(choice).to_be_visible()
    expect(timeline.get_by_role("status").first).to_contain_text("name")
    # Leaving the field asks for nothing: it filters nothing until a name is chosen.
    timeline.keyboard.press("Tab")
    timeline.keyboard.press("Tab")
    expect(choice).to_be_focused()
    timeline.keyboard.press("Enter")

    expect(timeline).to_have_url(re.compile(r"/\?kind=territorial_change&place=\w{10}$"))
    expect(entries(timeline)).to_have_count(2)
    expect(timeline.get_by_role("list", name="Active filters")).to_contain_text("Where Lysychansk")
    assert stayed(timeline)


def test_back_and_forward_restore_each_state(timeline: Page) -> None:
    start = titles(timeline)
    timeline.get_by_role("checkbox", name="Territorial claim").click()
    expect(timeline).to_have_url("/?kind=territorial_change")
    territorial = titles(timeline)
    timeline.get_by_role("searchbox").fill("Lysychansk")
    timeline.get_by_role("searchbox").press("Enter")
    expect(timeline).to_have_url("/?kind=territorial_change&q=Lysychansk")
    found = titles(timeline)
    assert len(start) > len(territorial) > len(found) > 0

    timeline.go_back()
    expect(timeline.get_by_role("searchbox")).to_have_value("")
    expect(timeline.get_by_role("checkbox", name="Territorial claim")).to_be_checked()
    assert titles(timeline) == territorial

    timeline.go_back()
    expect(timeline).to_have_url("/")
    expect(timeline.get_by_role("checkbox", name="Territorial claim")).not_to_be_checked()
    assert titles(timeline) == start

    timeline.go_forward()
    expect(timeline).to_have_url("/?kind=territorial_change")
    expect(timeline.get_by_role("checkbox", name="Territorial claim")).to_be_checked()
    timeline.go_forward()
    expect(timeline).to_have_url("/?kind=territorial_change&q=Lysychansk")
    expect(timeline.get_by_role("searchbox")).to_have_value("Lysychansk")
    assert titles(timeline) == found


def test_back_from_an_incident_restores_the_filtered_list(timeline: Page) -> None:
    timeline.get_by_role("checkbox", name="Explosion").click()
    expect(timeline).to_have_url("/?kind=explosion")
    explosions = titles(timeline)

    entries(timeline).first.get_by_role("heading").get_by_role("link").click()
    expect(timeline.get_by_role("heading", level=1)).to_have_text(explosions[0])
    timeline.go_back()

    expect(timeline.get_by_role("checkbox", name="Explosion")).to_be_checked()
    assert titles(timeline) == explosions


def test_after_back_the_filters_still_work_without_loading_the_page(timeline: Page) -> None:
    timeline.get_by_role("checkbox", name="Explosion").click()
    expect(timeline).to_have_url("/?kind=explosion")
    timeline.go_back()
    expect(timeline.get_by_role("checkbox", name="Explosion")).not_to_be_checked()
    timeline.evaluate("window.stays = true")

    timeline.get_by_role("checkbox", name="Strike").click()

    expect(timeline).to_have_url("/?kind=strike")
    expect(entries(timeline)).to_have_count(promised(timeline, "kind", "strike"))
    assert stayed(timeline)


def test_a_shared_address_shows_another_reader_the_same(
    timeline: Page, open_page: OpenPage
) -> None:
    timeline.get_by_role("checkbox", name="Strike").click()
    timeline.get_by_role("checkbox", name="Contested").click()
    expect(timeline).to_have_url("/?kind=strike&standing=contested")

    other = open_page()
    other.goto(timeline.url)

    expect(other).to_have_url(timeline.url)
    expect(other.get_by_role("checkbox", name="Strike")).to_be_checked()
    expect(summary(other)).to_have_text(summary(timeline).inner_text())
    assert titles(other) == titles(timeline) != []


def test_an_incident_has_one_address_whatever_its_slug(reader: Page) -> None:
    permanent = f"/incidents/{INCIDENT_ID}/explosions-in-belgorod-on-3-july-2022/"

    for address in (INCIDENT, f"{INCIDENT}another-slug/", INCIDENT.lower()):
        reader.goto(address)
        expect(reader).to_have_url(permanent)

    expect(reader.get_by_role("heading", level=1)).to_have_text(
        "Explosions in Belgorod on 3 July 2022"
    )


def test_a_claim_leads_to_its_words_and_marks_them(reader: Page) -> None:
    reader.goto(CLAIM)

    claim = reader.locator(f"#c-{CLAIM_ID}")
    expect(reader).to_have_url(re.compile(rf"/incidents/{INCIDENT_ID}/.+/#c-{CLAIM_ID}$"))
    expect(claim).to_be_in_viewport()
    expect(claim).to_contain_text("Vyacheslav Gladkov")
    background = "element => getComputedStyle(element).backgroundColor"
    others = reader.locator(".ledger > li:not(:target)")
    assert claim.evaluate(background) != others.first.evaluate(background)


def test_the_matrix_leads_to_the_words_and_to_the_report(reader: Page) -> None:
    reader.goto(INCIDENT)
    killed = reader.get_by_role("row", name=re.compile("^Killed"))

    killed.get_by_role("link", name="Report 1", exact=True).first.click()

    expect(reader.locator("#s1")).to_be_in_viewport()
    reader.locator("#s1").get_by_role("link").first.click()
    expect(reader).to_have_url(re.compile("/sources/[0-9A-Z]{10}/$"))


def test_an_unreadable_filter_shows_what_is_wrong_and_no_incident(reader: Page) -> None:
    reader.goto("/?kind=nonsense")

    expect(reader.get_by_role("alert")).to_contain_text("This filter cannot be read")
    expect(reader.get_by_role("alert")).to_contain_text("nonsense")
    expect(entries(reader)).to_have_count(0)


def test_a_mistyped_moment_is_told_at_once_and_can_be_mended(timeline: Page) -> None:
    timeline.get_by_text("Toll, moment, order").click()
    moment = timeline.get_by_label("As known at")

    moment.fill("yesterday")
    moment.press("Enter")
    expect(timeline.get_by_role("alert")).to_contain_text("This is not a moment")
    expect(timeline.get_by_role("status")).to_have_text("This filter cannot be read.")
    expect(entries(timeline)).to_have_count(0)
    expect(moment).to_have_value("yesterday")
    expect(moment).to_have_attribute("aria-invalid", "true")
    moment.fill("2022-07-04T00:00Z")
    moment.press("Enter")

    expect(timeline).to_have_url("/?known=2022-07-04T00%3A00Z")
    expect(timeline.get_by_role("alert")).to_be_hidden()
    expect(entries(timeline).filter(has_text="Explosions in Belgorod on 3 July")).to_be_visible()
    expect(entries(timeline).filter(has_text="Vovchansk")).to_have_count(0)
    assert stayed(timeline)
