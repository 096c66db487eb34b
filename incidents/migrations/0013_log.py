from django.db import migrations

from rowlog.tracking import logged

_OF_CLAIM = {"claim_id": "incidents.claim"}
_OF_INCIDENT = {"incident_id": "incidents.incident"}


class Migration(migrations.Migration):
    dependencies = [("incidents", "0012_likely_incidents"), ("rowlog", "0002_triggers")]

    operations = [
        logged("incidents.place"),
        logged("incidents.placename", {"place_id": "incidents.place"}, unlogged=["folded"]),
        logged("incidents.actor"),
        logged("incidents.actorname", {"actor_id": "incidents.actor"}, unlogged=["folded"]),
        # The database counts the revision itself.
        logged("incidents.incident", unlogged=["revision"]),
        logged("incidents.statement"),
        logged(
            "incidents.claim",
            {"incident_id": "incidents.incident", "statement_id": "incidents.statement"},
        ),
        logged("incidents.citation", _OF_CLAIM),
        logged("incidents.claimrelation", _OF_CLAIM),
        logged("incidents.comment", _OF_INCIDENT),
        logged("incidents.review", _OF_INCIDENT),
        logged("incidents.warningpassed", _OF_INCIDENT),
    ]
