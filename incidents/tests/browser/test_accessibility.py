"""Every public page under axe (WCAG 2.2 AA and its best practices), and by keyboard alone."""

from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from incidents.tests.browser.addresses import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

# Half of its time goes into the colours behind each word: it reads each text of a colour anew, for
# every element that the word lies on, and keeps the private fields of a colour in weak maps. Here
# a text is read once, and fields are the object's own. What it finds is the same.
AXE = f"""(() => {{
  class Fields {{
    #field = Symbol();
    constructor(pairs = []) {{ for (const [object, value] of pairs) this.set(object, value); }}
    has(object) {{ return this.#field in object; }}
    get(object) {{ return object[this.#field]; }}
    set(object, value) {{ object[this.#field] = value; return this; }}
    add(object) {{ return this.set(object, true); }}
    delete(object) {{ return delete object[this.#field]; }}
  }}
  const WeakMap = Fields, WeakSet = Fields;
  {files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")}
  const color = axe.commons.color.Color.prototype, read = color.parseString, known = new Map();
  color.parseString = function (text) {{
    if (!known.has(text)) {{
      read.call(this, text);
      known.set(text, [this.r, this.g, this.b, this.alpha]);
    }}
    [this.r, this.g, this.b, this.alpha] = known.get(text);
    return this;
  }};
}})()"""

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What alone can differ in a narrow window, and in the dark.
SIZES = ["target-size", "scrollable-region-focusable"]
COLOURS = ["color-contrast", "link-in-text-block"]

# To axe a closed disclosure is hidden, though the style sheet shows the filters on wide windows.
OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true; })"
FOCUSED = """() => {
  const element = document.activeElement, style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  return {
    what: element.id || element.textContent.trim().replace(/\\s+/g, " "),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 1 && box.bottom > 0 && box.top < innerHeight,
  };
}"""


def violations(page: Page, rules: list[str]) -> list[str]:
    """A line for each element that breaks a rule."""
    options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
    result = page.evaluate("options => axe.run(options)", options)
    return [
        f"{rule['id']}: {node['html']} ({node['failureSummary']})"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


def focused(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(FOCUSED)
    return found


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())
def test_axe_finds_no_violation(reader: Page, address: str) -> None:
    reader.goto(address)
    reader.evaluate(OPEN_ALL)
    reader.evaluate(AXE)
    found = violations(reader, RULES)
    reader.set_viewport_size({"width": 390, "height": 800})
    found += [f"390 {line}" for line in violations(reader, SIZES)]
    reader.emulate_media(color_scheme="dark")
    found += [f"390, dark {line}" for line in violations(reader, COLOURS)]

    assert found == []


def test_axe_finds_a_violation_where_there_is_one(reader: Page) -> None:
    reader.goto("/")
    reader.evaluate(OPEN_ALL)
    reader.evaluate(AXE)
    reader.evaluate("document.querySelector('#from').labels[0].remove()")

    (found,) = violations(reader, RULES)
    assert found.startswith("label: ")


def test_axe_finds_a_faint_colour_in_the_dark(reader: Page) -> None:
    reader.emulate_media(color_scheme="dark")
    reader.goto(PAGES["missing"])
    reader.evaluate(AXE)
    reader.evaluate("document.documentElement.style.setProperty('--ink', '#333')")

    assert violations(reader, COLOURS) != []


def test_the_first_key_leads_past_the_header(reader: Page) -> None:
    reader.goto("/")

    reader.keyboard.press("Tab")
    expect(reader.get_by_role("link", name="Skip to content")).to_be_focused()
    assert focused(reader)["seen"]
    reader.keyboard.press("Enter")
    expect(reader.locator("#main")).to_be_focused()
    reader.keyboard.press("Tab")

    expect(reader.locator("#facet-when > summary")).to_be_focused()


def test_the_second_key_leads_past_the_filters(reader: Page) -> None:
    for address in ("/", "/map/", "/territory/"):
        reader.goto(address)
        for _ in range(2):
            reader.keyboard.press("Tab")
        expect(reader.get_by_role("link", name="Skip the filters")).to_be_focused()
        reader.keyboard.press("Enter")
        expect(reader.locator("#results")).to_be_focused()


def test_whatever_has_the_focus_shows_it_all_the_way_to_the_second_entry(reader: Page) -> None:
    reader.goto("/")
    entries = reader.get_by_role("article").get_by_role("heading").get_by_role("link")
    second = entries.nth(1).inner_text()
    passed: list[dict[str, Any]] = []
    while len(passed) < 300 and (not passed or passed[-1]["what"] != second):
        reader.keyboard.press("Tab")
        passed.append(focused(reader))

    reached = [one["what"] for one in passed]
    assert reached.index("q") < reached.index("from") < reached.index("kind-explosion")
    assert reached.index("kind-explosion") < reached.index(entries.first.inner_text())
    assert reached[-1] == second
    assert [one for one in passed if not (one["outlined"] and one["seen"])] == []


def test_a_filter_is_chosen_and_taken_back_by_keyboard(reader: Page) -> None:
    reader.goto("/")
    checkbox = reader.get_by_role("checkbox", name="Explosion")
    entries = reader.get_by_role("article")
    every = entries.count()

    checkbox.focus()
    reader.keyboard.press("Space")
    chip = reader.get_by_role("link", name="Remove filter Kind Explosion")
    expect(chip).to_be_visible()
    expect(checkbox).to_be_focused()
    expect(checkbox).to_be_checked()
    chip.focus()
    reader.keyboard.press("Enter")

    expect(checkbox).not_to_be_checked()
    expect(entries).to_have_count(every)


def test_after_a_chip_is_taken_back_the_focus_is_not_lost(reader: Page) -> None:
    reader.goto("/?kind=explosion")
    reader.get_by_role("link", name="Remove filter Kind Explosion").focus()

    reader.keyboard.press("Enter")

    expect(reader.get_by_role("list", name="Active filters")).to_be_hidden()
    assert reader.evaluate("document.activeElement.tagName") != "BODY"


def test_a_search_is_sent_by_enter_and_an_entry_opened_by_enter(reader: Page) -> None:
    reader.goto("/")
    reader.get_by_role("searchbox").focus()
    reader.keyboard.type("Kremenchuk")
    reader.keyboard.press("Enter")
    reader.wait_for_url("/?q=Kremenchuk")
    entry = reader.get_by_role("article").get_by_role("heading").get_by_role("link").first
    title = entry.inner_text()

    entry.focus()
    reader.keyboard.press("Enter")

    expect(reader.get_by_role("heading", level=1)).to_have_text(title)


def test_a_wide_matrix_is_scrolled_by_keyboard(reader: Page) -> None:
    reader.set_viewport_size({"width": 640, "height": 800})
    reader.goto(PAGES["incident"])
    matrix = reader.get_by_role("region", name="Question by side")
    assert matrix.evaluate("element => element.scrollWidth > element.clientWidth")

    matrix.focus()
    reader.keyboard.press("ArrowRight")

    expect(matrix).not_to_have_js_property("scrollLeft", 0)
