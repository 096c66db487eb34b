"""Template filters over incidents/public/wording.py and naming.py."""

from django import template

from incidents.public import naming, wording

register = template.Library()

register.filter("word", wording.word)
register.filter("name", naming.marked)
register.filter("figure", wording.figure)
register.filter("utc", wording.utc)
register.filter("day", wording.day)
register.simple_tag(wording.moment, name="moment")
register.filter("said", wording.said)
register.simple_tag(wording.happened, name="happened")
register.simple_tag(wording.hour, name="hour")
register.filter("origins", wording.origins)
