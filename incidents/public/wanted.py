"""The entries that a search finds, as a set."""

from pyroaring import BitMap

from incidents.record.bitmaps import Bitmaps
from incidents.record.models import Entry
from incidents.record.search import Wanted


def matching(bitmaps: Bitmaps, wanted: Wanted) -> BitMap:
    """Asks the database: what it finds is a set of serials, in no order."""
    serials = Entry.objects.order_by().searching(wanted).values_list("serial", flat=True)
    return bitmaps.having_serials(serials)
