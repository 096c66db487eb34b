"""The words for texts and their relations, the same on the desk and before readers."""

from django.db import models
from django.utils.translation import pgettext_lazy


class SnapshotKind(models.TextChoices):
    VERBATIM = "verbatim", pgettext_lazy("kind of text", "verbatim")
    TRANSLATION = "translation", pgettext_lazy("kind of text", "translation")
    PRECIS = "precis", pgettext_lazy("kind of text", "précis in our own words")


class SourceLinkKind(models.TextChoices):
    REPUBLISHES = "republishes", pgettext_lazy("link between sources", "republishes")
    QUOTES = "quotes", pgettext_lazy("link between sources", "quotes")
    CITES_SAME_ORIGIN = (
        "cites_same_origin",
        pgettext_lazy("link between sources", "cites the same origin as"),
    )
    CORRECTS = "corrects", pgettext_lazy("link between sources", "corrects")
