"""The log of changes as an Atom feed, with the page's query string."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import get_tag_uri
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from incidents.public.addresses import of_version
from incidents.public.changes import ChangesForm
from incidents.public.clock import data_from_the_record
from incidents.public.exports import refusal
from incidents.public.feeds import MOST, Feed
from incidents.public.markup import shown
from incidents.public.revisions import Revision, revisions
from incidents.public.wording import word
from incidents.record.models import Version


@data_from_the_record
def changes_atom(request: HttpRequest) -> HttpResponse:
    form = ChangesForm(request.GET)
    versions = list(form.versions()[:MOST])
    if form.errors:
        return refusal(form.problems)
    site = request.build_absolute_uri("/").removesuffix("/")
    address = site + reverse("changes-atom") + form.address()
    feed = Feed(
        title=shown(": ".join(["Claimline, changes", *_words(form)])),
        link=site + reverse("changes") + form.address(),
        description="",
        feed_url=address,
        feed_guid=address,
        author_name="Claimline",
        author_link=site + reverse("method"),
    )
    for revision in revisions(versions, Version.objects.before(versions)) if versions else []:
        _add(feed, revision, site)
    return HttpResponse(feed.writeString("utf-8"), feed.content_type)


def _add(feed: Feed, revision: Revision, site: str) -> None:
    version = revision.version
    incident = version.document["incident"]
    link = site + of_version(version.incident, version.number)
    feed.add_item(
        title=shown(f"{incident['title']} ({version.get_kind_display()})"),
        link=link,
        description=_summary(revision),
        unique_id=get_tag_uri(link, version.published_at),
        updateddate=version.published_at,
        categories=[version.get_kind_display()],
    )


def _summary(revision: Revision) -> SafeString:
    """HTML, which feed readers show: what stands in it from outside is escaped."""
    version = revision.version
    told = format_html(
        "<p>Version {}, {}. {}</p>",
        version.number,
        version.get_kind_display(),
        shown(version.note),
    )
    if revision.before:
        items = format_html_join(
            "", "<li>{}</li>", ((shown(str(line)),) for line in revision.lines)
        )
        return format_html("{}<ul>{}</ul>", told, items) if items else told
    return format_html("{}<p>{}</p>", told, shown(_state(revision)))


def _state(revision: Revision) -> str:
    if revision.into:
        return f"Merged into {revision.into}."
    if not revision.version.is_live:
        return "It left the public list. Its earlier versions stay at their own addresses."
    return f"First version. Claims: {len(revision.version.claims)}."


def _words(form: ChangesForm) -> list[str]:
    """The filter in words, as one text; nothing for the whole log."""
    asked = form.cleaned_data
    words = [
        f"{form.fields['change'].label} {Version.Kind(kind).label}" for kind in asked["change"]
    ]
    words += [f"{form.fields['kind'].label} {word(kind, 'kind')}" for kind in asked["kind"]]
    words += [f"{form.fields[key].label} {name}" for key, _value, name in form.named()]
    words += [f"{day.label} {day.data}" for day in form.days if day.data]
    return ["; ".join(words)] if words else []
