"""The list of what a site runs is that of requirements.txt: make sbom."""

import json
import re
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SBOM = ROOT / "docs" / "sbom.cdx.json"


def test_it_names_every_package_of_requirements_txt_with_its_hashes_and_no_other() -> None:
    pinned = re.split(r"\n(?=[a-z])", (ROOT / "requirements.txt").read_text())
    wanted = {
        found[1]: set(re.findall(r"--hash=sha256:([0-9a-f]{64})", lines))
        for lines in pinned
        if (found := re.match(r"([\w.-]+==[^\s;]+)", lines))
    }

    told = {
        f"{one['name']}=={one['version']}": {
            told["content"] for place in one["externalReferences"] for told in place["hashes"]
        }
        for one in json.loads(SBOM.read_text())["components"]
        if one.get("purl", "").startswith("pkg:pypi/")
    }

    assert len(wanted) > 20
    assert told == wanted


def test_it_tells_what_comes_inside_of_packages() -> None:
    components = json.loads(SBOM.read_text())["components"]

    carried = [one["name"] for one in components if one.get("purl", "").startswith("pkg:npm/")]

    assert carried == ["htmx.org", "jquery", "select2", "xregexp"]


def test_it_is_cyclonedx() -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(SBOM.read_text()) is None
