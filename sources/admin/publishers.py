from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from sources.admin.desk import DeskAdmin
from sources.models import Publisher


@admin.register(Publisher)
class PublisherAdmin(DeskAdmin):
    list_display = ["name", "country", "language", "homepage", "source_count"]
    list_filter = ["country", "language"]
    search_fields = ["name", "homepage"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Publisher]:
        return Publisher.objects.annotate(source_count=Count("sources"))

    @admin.display(description="sources", ordering="source_count")
    def source_count(self, publisher: Publisher) -> int:
        # Annotated above.
        count: int = vars(publisher)["source_count"]
        return count
