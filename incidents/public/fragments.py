"""Fragments that stand on a page by the dozen: in fragments/, by Jinja2.

Django's own templates, of which the rest of every page is, take several times as long for the same
(bench/templates.py).
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from incidents.public import addresses, highlight, naming, wording
from incidents.public.highlight import GAP

_NAMED_GAP = re.compile(rf"{GAP}(\w+){GAP}")


def fragment(template: str, /, **values: Any) -> SafeString:
    """As HTML: Jinja2 escapes whatever comes from outside."""
    rendered = environment(translation.get_language()).get_template(template).render(values)
    return SafeString(rendered)


def pattern(template: str, /, *gaps: str, **values: Any) -> str:
    """A fragment with gaps, to be filled by `%` with HTML for each name: where a page has dozens
    that differ in these alone, one is rendered."""
    return with_gaps(fragment(template, **values, **{name: f"{GAP}{name}{GAP}" for name in gaps}))


def with_gaps(html: str) -> str:
    """To be filled by `%`, where names stand between two GAPs."""
    return _NAMED_GAP.sub(r"%(\1)s", html.replace("%", "%%"))


@cache
def environment(_language: str | None) -> Environment:
    """For the language that is active: what is said again and again in it is said once, and kept.

    Looked up by Django each time, words cost more than marks.
    """
    environment = Environment(
        loader=FileSystemLoader(settings.BASE_DIR / "fragments"),
        autoescape=True,
        auto_reload=settings.DEBUG,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.filters |= {
        "claims": _kept(wording.claims),
        "figure": wording.marked_figure,
        "name": naming.marked,
        "said": wording.said,
        "word": _kept(wording.word),
    }
    environment.globals |= {
        # No more than the fragments say.
        "_": cache(_said),
        "address": addresses.of_id,
        "claimed_by": wording.claimed_by,
        "claims_by": _kept(wording.claims_by),
        "gone_since": wording.gone_since,
        "happened": wording.happened,
        "highlighted": highlight.highlighted,
        "hour": wording.hour,
        "incident": addresses.of_incident,
        "moment": wording.moment,
        "more_answers": _kept(wording.more_answers),
        "named_url": addresses.named,
        "part_of": wording.part_of,
        "relayed_by": wording.relayed_by,
        "report_numbered": _kept(wording.report_numbered),
        "reports_in_common": _kept(wording.reports_in_common),
        "reports_of": _kept(wording.reports_of),
        "url": reverse,
        "utc": wording.utc,
    }
    return environment


def _said(message: str) -> SafeString:
    """Translations may have marks, as the words that they stand for may."""
    return SafeString(translation.gettext(message))


def _kept(words: Callable[..., str]) -> Callable[..., str]:
    return lru_cache(maxsize=10_000)(words)
