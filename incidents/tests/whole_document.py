"""A published document for tests of pure functions over it."""

from incidents.record.document import ClaimDocument, Document


def document() -> Document:
    """Two claims of one statement by a governor, in one report: 3 killed, and houses hit."""
    return {
        "schema": 2,
        "incident": {
            "id": "INCIDENT00",
            "slug": "explosions",
            "kind": "explosion",
            "title": "Explosions in Belgorod",
            "summary": "Officials of both sides spoke of explosions.",
            "language": "en",
            "earliest": "2022-07-03T00:00:00Z",
            "latest": "2022-07-03T01:00:00Z",
            "precision": "hour",
            "zone": "Europe/Moscow",
            "time_inferred": False,
            "place": "BELGOR0D00",
            "place_precision": "settlement",
            "place_note": "",
            "parent": None,
        },
        "places": {
            "C0NTRY0000": {
                "name": "Russia",
                "kind": "country",
                "path": ["C0NTRY0000"],
                "latitude": None,
                "longitude": None,
                "names": [["ru", "Россия"]],
            },
            "BELGOR0D00": {
                "name": "Belgorod",
                "kind": "settlement",
                "path": ["C0NTRY0000", "BELGOR0D00"],
                "latitude": 50.6,
                "longitude": 36.58,
                "names": [["ru", "Белгород"]],
            },
        },
        "actors": {
            "GADK0V0000": {
                "name": "Vyacheslav Gladkov",
                "kind": "local_official",
                "side": "russia",
                "organisation": None,
                "names": [["ru", "Вячеслав Гладков"]],
            }
        },
        "statements": [
            {
                "speaker": "GADK0V0000",
                "role": "governor",
                "channel": "Telegram",
                "attribution": "named",
                "relayed_by": "",
                "said_at": "2022-07-03T01:30:00Z",
                "said_precision": "minute",
                "zone": "Europe/Moscow",
                "said_inferred": False,
            }
        ],
        "claims": [
            _claim("CLAIM00001", "killed", "at least 3 killed")
            | {
                "number": {
                    "low": 3,
                    "high": None,
                    "qualifier": "at_least",
                    "word": "",
                    "unit": "people",
                    "group": "all",
                    "basis": "cumulative",
                    "subset_of": None,
                }
            },
            _claim("CLAIM00002", "damage", "houses hit"),
        ],
        "sources": {
            "REP0RT0000": {
                "publisher": {"id": "REVTERS000", "name": "Reuters", "country": "GB"},
                "title": "Governor speaks of three killed",
                "url": "https://reuters.example/1",
                "archive_url": "",
                "language": "en",
                "published_at": "2022-07-03T05:00:00Z",
                "published_precision": "minute",
                "zone": "Europe/London",
                "modified_at": None,
                "accessed_at": None,
                "removed_at": None,
                "snapshots": {"0" * 64: {"kind": "precis", "language": "en"}},
                "links": [],
            }
        },
        "standing": "one_origin",
        "clashes": [],
    }


def _claim(key: str, question: str, text: str) -> ClaimDocument:
    return {
        "id": key,
        "statement": 0,
        "question": question,
        "stance": "asserts",
        "text": text,
        "number": None,
        "control": None,
        "verification": None,
        "accused": None,
        "hedges": [],
        "as_of": None,
        "as_of_precision": "minute",
        "known_at": "2022-07-03T01:31:00Z",
        "citations": [
            {
                "source": "REP0RT0000",
                "snapshot": "0" * 64,
                "start": 0,
                "end": len(text),
                "quote": text,
                "printed": {
                    "role": "",
                    "figure": "",
                    "channel": "",
                    "scope": "",
                    "lost_hedge": "",
                },
            }
        ],
        "relations": [],
    }
