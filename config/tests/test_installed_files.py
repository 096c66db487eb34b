"""What docs/operations.md puts on a server of the repository: all that the site needs, no tests."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def test_a_site_runs_on_the_files_that_are_installed(tmp_path: Path) -> None:
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("This is no checkout.")
    told = re.search(r"archive TAG -- (.+?) \|", (ROOT / "docs/operations.md").read_text())
    assert told
    taken = f"git archive HEAD -- {told[1]} | tar -x -C '{tmp_path}'"
    subprocess.run(["sh", "-c", taken], cwd=ROOT, check=True)

    names = {part for path in tmp_path.rglob("*") for part in path.relative_to(tmp_path).parts}
    assert not names & {"tests", "demo", "bench", "quality", "conftest.py", ".git", "load_demo.py"}
    # In a process of its own, which has no other copy of the site.
    start = "import config.wsgi; from django.core.management import call_command as c; c('check')"
    done = subprocess.run(
        [sys.executable, "-c", start],
        cwd=tmp_path,
        env=os.environ | {"CLAIMLINE_BITMAPS": "off"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
