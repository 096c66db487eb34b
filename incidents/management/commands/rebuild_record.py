from typing import Any, cast

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from incidents.record.counting import recount
from incidents.record.document import Document
from incidents.record.former import former_rows
from incidents.record.gone import gone_rows
from incidents.record.indexing import from_entries, save
from incidents.record.models import Generation, RecordFormer, RecordGone, Version
from incidents.record.projection import names_in, write_entry, write_names
from incidents.record.publish import hold_the_clock

# Deleted, not truncated: readers see the old rows until the new ones are committed.
_EMPTY = """
delete from incidents_entryclash;
delete from incidents_entryclaim;
delete from incidents_entrylines;
delete from incidents_entrymoment;
delete from incidents_entry;
delete from incidents_recordplace;
delete from incidents_recordactor;
delete from incidents_recordsource;
delete from incidents_recordformer;
delete from incidents_recordgone;
"""
_PROGRESS_EVERY = 1000


class Command(BaseCommand):
    help = "Make the read models of the record anew from its versions; publishing waits meanwhile."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        hold_the_clock()
        with connection.cursor() as cursor:
            cursor.execute(_EMPTY)
        entries = 0
        versions = Version.objects.current().live().order_by("serial")
        for version in versions.iterator(chunk_size=200):
            document = cast(Document, version.document)
            write_entry(version, document)
            # In the order of serials, so that each name stays as its newest user gives it.
            write_names(version.serial, document, set(names_in(document)))
            entries += 1
            if entries % _PROGRESS_EVERY == 0:
                self.stderr.write(f"{entries} entries …")
        RecordFormer.objects.bulk_create(former_rows())
        RecordGone.objects.bulk_create(gone_rows())
        recount()
        Generation.objects.renew()
        save(from_entries())
        self.stdout.write(f"Entries rebuilt: {entries}; record clock: {Version.objects.clock()}.")
