"""Fragments that stand on a page by the dozen: in fragments/, by Jinja2.

Django's own templates, of which the rest of every page is, take several times as long for the same
(bench/templates.py).
"""

from functools import cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from incidents.public import addresses, highlight, naming, wording


def fragment(template: str, /, **values: Any) -> SafeString:
    """As HTML: Jinja2 escapes whatever comes from outside."""
    return SafeString(environment().get_template(template).render(values))


def _said(message: str) -> str:
    return _said_in(translation.get_language(), message)


@cache
def _said_in(_language: str | None, message: str) -> str:
    """No more than the fragments say: looked up by Django each time, words cost more than marks."""
    return translation.gettext(message)


@cache
def environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(settings.BASE_DIR / "fragments"),
        autoescape=True,
        auto_reload=settings.DEBUG,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        _said, translation.ngettext, newstyle=True
    )
    environment.filters |= {
        "figure": wording.marked_figure,
        "name": naming.marked,
        "said": wording.said,
        "word": wording.word,
    }
    environment.globals |= {
        "address": addresses.of_id,
        "claimed_by": wording.claimed_by,
        "claims": wording.claims,
        "claims_by": wording.claims_by,
        "gone_since": wording.gone_since,
        "happened": wording.happened,
        "highlighted": highlight.highlighted,
        "hour": wording.hour,
        "incidents_when": wording.incidents_when,
        "moment": wording.moment,
        "more_answers": wording.more_answers,
        "named_url": addresses.named,
        "part_of": wording.part_of,
        "relayed_by": wording.relayed_by,
        "report_numbered": wording.report_numbered,
        "reports_in_common": wording.reports_in_common,
        "reports_of": wording.reports_of,
        "url": reverse,
        "utc": wording.utc,
    }
    return environment
