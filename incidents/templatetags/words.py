"""Template filters and tags over incidents/public/wording.py, naming.py and their like."""

from django import template

from incidents.public import addresses, fragments, frame, highlight, naming, strips, wording

register = template.Library()

register.filter("word", wording.word)
register.filter("locale", wording.locale)
register.filter("name", naming.marked)
register.filter("figure", wording.marked_figure)
register.filter("utc", wording.utc)
register.filter("day", wording.day)
register.filter("short_day", wording.short_day)
register.simple_tag(wording.moment, name="moment")
register.filter("said", wording.said)
register.simple_tag(wording.happened, name="happened")
register.simple_tag(wording.hour, name="hour")
register.filter("origins", wording.origins)
register.simple_tag(highlight.highlighted, name="highlighted")
register.simple_tag(addresses.named, name="named_url")
register.simple_tag(frame.constant, name="constant")
register.simple_tag(frame.views, name="views")
register.simple_tag(frame.languages, name="languages")
register.simple_tag(wording.reports_of, name="reports_of")
register.simple_tag(fragments.fragment, name="fragment")
register.simple_tag(strips.strip, name="strip")
