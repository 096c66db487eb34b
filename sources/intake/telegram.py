"""A channel as t.me shows it to browsers: one page holds many posts, of which one is meant."""

import re
from urllib.parse import urlsplit

from lxml import html

from sources.intake.addresses import canonical
from sources.intake.markup import flat_text
from sources.intake.reading import Found, Reading, Unreadable
from sources.intake.times import time_of

_POSTS = "//*[@data-post][contains(@class, 'tgme_widget_message')]"
_WITHIN = ".//*[contains(concat(' ', normalize-space(@class), ' '), ' {} ')]"
_LONGEST_TITLE = 120


def is_channel(root: html.HtmlElement) -> bool:
    return bool(root.xpath(_POSTS))


def read_post(root: html.HtmlElement, address: str) -> Reading:
    """The post at `address`, or the only one."""
    posts = {one.get("data-post", "").lower(): one for one in root.xpath(_POSTS)}
    named = urlsplit(canonical(address)).path.strip("/")
    if named not in posts and len(posts) > 1:
        raise Unreadable(
            f"This page holds {len(posts)} Telegram posts: give the address of the one that is"
            " meant, such as https://t.me/" + next(reversed(posts)) + "."
        )
    name, post = (named, posts[named]) if named in posts else next(iter(posts.items()))
    reading = Reading("a Telegram post")
    for text in post.xpath(_WITHIN.format("tgme_widget_message_text"))[-1:]:
        reading.text = flat_text(text)
    if first := re.split(r"(?<=[.!?…])\s|\n", reading.text.strip(), maxsplit=1)[0]:
        reading.titles = [Found(_shortened(first), "first sentence of the post")]
    reading.addresses = [Found(f"https://t.me/{post.get('data-post')}", "number of the post")]
    for owner in post.xpath(_WITHIN.format("tgme_widget_message_owner_name"))[:1]:
        reading.publishers = [Found(" ".join(owner.text_content().split()), "name of the channel")]
    reading.homepages = [Found(f"https://t.me/{name.split('/')[0]}", "number of the post")]
    for time in post.xpath(".//time[@datetime]")[-1:]:
        found = time_of(time.get("datetime", ""), "<time> of the post")
        reading.published = [found] if found else []
    if "edited" in post.text_content()[-200:]:
        reading.notes.append("The post says that it was edited, but not when.")
    return reading


def _shortened(sentence: str) -> str:
    if len(sentence) <= _LONGEST_TITLE:
        return sentence
    return sentence[:_LONGEST_TITLE].rsplit(" ", 1)[0] + " …"
