"""Template filters over incidents/public/wording.py."""

from typing import Any

from django import template

from incidents.public import wording

register = template.Library()

register.filter("word", wording.word)
register.filter("figure", wording.figure)
register.filter("utc", wording.utc)
register.filter("day", wording.day)
register.simple_tag(wording.moment, name="moment")
register.simple_tag(wording.short_day, name="short_day")
register.simple_tag(wording.happened, name="happened")
register.simple_tag(wording.hour, name="hour")


@register.filter
def item(mapping: dict[str, Any], key: str) -> Any:
    """The value under a key that is itself a variable; None where there is none."""
    return mapping.get(key)
