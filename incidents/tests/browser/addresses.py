"""Addresses of the demo data, which are the same everywhere; and one of every public page."""

from sources.public_ids import derived_id

INCIDENT_ID = derived_id("demo", "incident", "belgorod-2022-07-03-blasts")
CHANGED_ID = derived_id("demo", "incident", "serhiivka-2022-07-01-strike")
WITHDRAWN_ID = derived_id("demo", "incident", "berlin-2022-07-02-protest")
CLAIM_ID = derived_id("demo", "claim", "gladkov-20220703-killed-3")
ACTOR_ID = derived_id("demo", "actor", "gladkov")
PUBLISHER_ID = derived_id("demo", "publisher", "g1")
SOURCE_ID = derived_id("demo", "source", "g1-2022-07-03")
LYSYCHANSK_ID = derived_id("geonames", "702972")

INCIDENT = f"/incidents/{INCIDENT_ID}/"
WITHDRAWN = f"/incidents/{WITHDRAWN_ID}/"
CLAIM = f"/claims/{CLAIM_ID}/"

PAGES = {
    "timeline": "/",
    "filtered timeline": "/?from=2022-07-01&kind=explosion&kind=strike&to=2022-07-03",
    "timeline as known at": "/?known=2022-07-04T00:00Z",
    "unreadable filter": "/?kind=nonsense&from=yesterday",
    "nothing found": "/?q=nonsense",
    "search": "/?q=Белгороде+OR+boxes&sort=relevance",
    "find a speaker": "/find/actor/?name=russian&kind=explosion",
    "incident": INCIDENT,
    "incident as known at": f"/incidents/{CHANGED_ID}/?known=2022-07-04T00:00Z",
    "version": f"/incidents/{CHANGED_ID}/v/1/",
    "frame": f"{INCIDENT}embed/",
    "history": f"/incidents/{CHANGED_ID}/history/",
    "map": "/map/",
    "unreadable filter of the map": "/map/?kind=nonsense",
    "territory": "/territory/",
    "filtered territory": f"/territory/?known=2022-07-04T00:00Z&place={LYSYCHANSK_ID}&side=russia",
    "place": f"/places/{LYSYCHANSK_ID}/",
    "sources": "/sources/",
    "source": f"/sources/{SOURCE_ID}/",
    "publisher": f"/publishers/{PUBLISHER_ID}/",
    "actor": f"/actors/{ACTOR_ID}/",
    "contradictions": f"/actors/{ACTOR_ID}/contradictions/",
    "changes": "/changes/",
    "unreadable changes": "/changes/?place=nowhere",
    "method": "/about/method/",
    "cite": "/about/cite/",
    "corrections": "/about/corrections/",
    "API docs": "/api/v1/docs/",
    "missing": "/incidents/0000000000/",
    "withdrawn": WITHDRAWN,
    "bad request": f"/?{'q=a&' * 1_001}",
}
