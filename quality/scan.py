"""wapiti and sqlmap on a running site, and on one that is weak: `make scan`."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from quality import report, weak
from quality.scanners import program

# The others say that cookies are not Secure, which they are with TLS, and that forms of the desk
# check no token, as wapiti sends none and compares two refusals.
MODULES = (
    *("xss", "permanentxss", "sql", "exec", "file", "crlf", "redirect", "ssrf", "xxe"),
    *("http_headers", "csp", "htaccess", "upload"),
)
SECONDS = 30  # for each module
STARTS = ("/admin/login/", "/?kind=strike&q=kyiv", "/api/v1/claims/?stance=asserts&limit=2")
# Each with the parameter that is tried.
TRIED = {
    "q": "/?q=kyiv",
    "kind": "/?kind=strike",
    "killed_min": "/?killed_min=1",
    "after": "/api/v1/claims/?limit=1&after=1",
    "since": "/api/v1/changes/?since=1",
    "name": "/find/place/?name=ky",
}


def wapiti(site: str, *starts: str) -> list[str]:
    """What it found, a line each: the kind, the address and the parameter."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        command = [program("wapiti"), "-u", f"{site}{starts[0]}", "--scope", "domain", "-d", "1"]
        command += [part for start in starts[1:] for part in ("-s", f"{site}{start}")]
        command += ["-m", ",".join(MODULES), "--max-attack-time", str(SECONDS)]
        # Nothing is told to its makers, nor fetched from elsewhere.
        command += ["--max-parameters", "20", "--no-bugreport", "--flush-session"]
        command += ["--endpoint", "http://127.0.0.1:9/", "-f", "json", "-o", file.name]
        subprocess.run(command, check=True, capture_output=True)
        told = json.loads(Path(file.name).read_bytes())
    return [
        f"{kind}: {one['method']} {one['path']} {one['parameter'] or ''}".strip()
        for part in ("vulnerabilities", "anomalies")
        for kind, found in told[part].items()
        for one in found
    ]


def sqlmap(address: str, parameter: str) -> bool:
    """Whether it got something else out of the database by that parameter."""
    with tempfile.TemporaryDirectory() as folder:
        command = [program("sqlmap"), "-u", address, "-p", parameter, "--batch", "--level", "2"]
        command += ["--risk", "2", "--technique", "BEU", "--ignore-code", "400,404"]
        command += ["--output-dir", folder, "--disable-coloring"]
        ran = subprocess.run(command, check=True, capture_output=True, text=True)
    return bool(re.search(r"identified the following injection point", ran.stdout))


def lines(site: str) -> Iterator[tuple[str, bool]]:
    """Of the report, each with whether it is as it should be."""
    with weak.served() as control:
        holes = {one.partition(":")[0] for one in wapiti(control, "/", "/names?like=a")}
        caught = sqlmap(f"{control}/names?like=a", "like")
    yield (
        f"The control, a weak site: wapiti found {', '.join(sorted(holes)) or 'nothing'}.",
        "Reflected Cross Site Scripting" in holes,
    )
    yield f"The control: sqlmap {'got in' if caught else 'found nothing'}.", caught
    found = wapiti(site, *STARTS)
    yield (
        f"wapiti, {len(MODULES)} modules, {SECONDS} s each at most: {len(found)} found.",
        not found,
    )
    yield from ((f"    * {one}", False) for one in found)
    for parameter, address in TRIED.items():
        got_in = sqlmap(site + address, parameter)
        yield f"sqlmap, `{parameter}`: {'injectable' if got_in else 'not injectable'}.", not got_in


def main(site: str) -> int:
    told, failed = [], 0
    for line, fine in lines(site.rstrip("/")):
        print(line if fine else f"{line}  ← not as it should be", flush=True)
        told.append(line if line.startswith(" ") else f"* {line}")
        failed += not fine
    head = f"`make scan`, {report.today()}, on two cores, with the demo data, logged out."
    report.write("## Scanned", head + "\n\n" + "\n".join(told))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
