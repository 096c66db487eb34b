"""What was measured, in docs/quality.md: a part is written anew, what people wrote there stays."""

from datetime import UTC, datetime
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "docs" / "quality.md"


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def write(heading: str, text: str) -> None:
    """Put `text` under the heading, in place of all that stands there up to the next one."""
    before, found, rest = FILE.read_text().partition(f"{heading}\n")
    if not found:
        raise ValueError(f"docs/quality.md has no heading “{heading}”.")
    _, following, after = rest.partition("\n## ")
    FILE.write_text(f"{before}{heading}\n\n{text.strip()}\n{following}{after}")
