"""The public pages under outside checkers; what they say goes into docs/quality.md: make quality

Asks the site with the demo data, served as `make demo` serves it, at the address given. Needs
Chromium, Java (vnu) and Node; `npm install` has put the checkers beside this file.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from string import punctuation
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

from playwright.sync_api import Route, sync_playwright

from incidents.tests.browser.addresses import INCIDENT, PAGES
from quality import report

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

WITH_LIGHTHOUSE = {
    "timeline": "/",
    "incident": INCIDENT,
    "territory": "/territory/",
    "map": "/map/",
}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEAST = 98

TIMELINE_PAGE = """<!doctype html><title>T</title>
<link rel="stylesheet" href="/dist/css/timeline.css"><script src="/dist/js/timeline.js"></script>
<div id="timeline" style="height: 600px"></div>"""


def fetch(url: str) -> bytes:
    """The body, of an error page too."""
    try:
        with urlopen(quote(url, safe=punctuation), timeout=60) as response:  # noqa: S310
            body: bytes = response.read()
    except HTTPError as error:
        body = error.read()
    return body


def invalid_html(site: str) -> list[str]:
    """What vnu has against the pages. htmx's own attributes are not of the standard."""
    with tempfile.TemporaryDirectory() as folder:
        for name, path in PAGES.items():
            file = Path(folder) / f"{name.replace(' ', '-').replace('/', '-')}.html"
            file.write_bytes(fetch(site + path))
        jar = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
        pattern = ".*Attribute “hx-.*"
        options = ["--format", "json", "--filterpattern", pattern]
        command = ["java", "-jar", str(jar), *options, folder]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        messages = json.loads(ran.stderr)["messages"]
    return [
        f"{Path(one['url']).stem}, line {one.get('lastLine')}: {one['message']}"
        for one in messages
        if one["type"] != "info" or one.get("subType") == "warning"
    ]


def invalid_geojson(site: str) -> list[str]:
    program = """
        const { check } = require(process.argv[1]);
        try { check(require("fs").readFileSync(0, "utf8")); }
        catch (error) { console.log(JSON.stringify(error.issues ?? String(error))); }
    """
    module = MODULES / "@placemarkio" / "check-geojson" / "dist" / "index.js"
    ran = subprocess.run(
        ["node", "-e", program, module],  # noqa: S607
        input=fetch(f"{site}/incidents.geojson"),
        capture_output=True,
        check=True,
    )
    return ran.stdout.decode().splitlines()


def timelinejs(site: str) -> tuple[int, int, list[str]]:
    """Slides given, slides that TimelineJS 3 shows, and what it complains of."""
    given = fetch(f"{site}/incidents.timelinejs.json").decode()
    package = MODULES / "@knight-lab" / "timelinejs"
    complaints: list[str] = []

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix("http://timeline.test/")
        if not path:
            route.fulfill(body=TIMELINE_PAGE, content_type="text/html")
        elif (file := package / path.split("?")[0]).is_file():
            route.fulfill(path=file)
        else:
            route.fulfill(status=404)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        page = browser.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.route("**/*", serve)
        page.goto("http://timeline.test/")
        page.evaluate(
            "data => { window.shown = new TL.Timeline('timeline', data, { height: 600 }); }",
            json.loads(given),
        )
        page.wait_for_selector(".tl-slide .tl-headline", state="attached")
        complaints += page.locator(".tl-message-full:visible").all_inner_texts()
        shown = page.locator(".tl-slide").count()
        browser.close()
    return len(json.loads(given)["events"]), shown, complaints


def lighthouse(url: str) -> tuple[dict[str, int], int]:
    """Scores of its mobile profile, of a hundred; milliseconds for which scripts block the page."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        command = [
            str(MODULES / ".bin" / "lighthouse"),
            url,
            "--quiet",
            "--output=json",
            f"--output-path={file.name}",
            f"--only-categories={','.join(CATEGORIES)}",
            f"--chrome-flags=--headless=new {' '.join(CHROMIUM_OPTIONS)}",
        ]
        subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": str(CHROMIUM)})
        found: dict[str, Any] = json.loads(Path(file.name).read_bytes())
    scores = {name: round(found["categories"][name]["score"] * 100) for name in CATEGORIES}
    return scores, round(found["audits"]["total-blocking-time"]["numericValue"])


def lines_of(site: str) -> Iterator[tuple[str, bool]]:
    """Lines of the report, each with whether it is as it should be."""
    html = invalid_html(site)
    yield f"HTML (`vnu-jar`): {len(PAGES)} pages, {len(html)} messages; `hx-*` excepted.", not html
    yield from ((f"    * {message}", False) for message in html)
    geojson = invalid_geojson(site)
    yield f"GeoJSON (`check-geojson`): {len(geojson)} messages.", not geojson
    given, shown, complaints = timelinejs(site)
    whole = given == shown and not complaints
    yield f"TimelineJS 3 shows {shown} of {given} slides, {len(complaints)} complaints.", whole
    for name, path in WITH_LIGHTHOUSE.items():
        scores, blocked = lighthouse(site + path)
        words = ", ".join(f"{category} {score}" for category, score in scores.items())
        fine = min(scores.values()) >= LEAST and not blocked
        yield f"Lighthouse, mobile, {name}: {words}; blocked for {blocked} ms.", fine


def main(site: str) -> int:
    lines = []
    failed = 0
    for line, fine in lines_of(site.rstrip("/")):
        print(line if fine else f"{line}  ← not as it should be", flush=True)
        lines.append(line if line.startswith(" ") else f"* {line}")
        failed += not fine
    report.write(
        "# Quality, as measured",
        f"`make quality`, {report.today()}, on two cores, with the demo data. Lighthouse's\n"
        "figures differ by a point or two from run to run.\n\n" + "\n".join(lines),
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
