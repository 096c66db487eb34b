"""The words for texts and their relations, the same on the desk and before readers."""

from django.db import models


class SnapshotKind(models.TextChoices):
    VERBATIM = "verbatim", "verbatim"
    TRANSLATION = "translation", "translation"
    PRECIS = "precis", "précis in our own words"


class SourceLinkKind(models.TextChoices):
    REPUBLISHES = "republishes", "republishes"
    QUOTES = "quotes", "quotes"
    CITES_SAME_ORIGIN = "cites_same_origin", "cites the same origin as"
    CORRECTS = "corrects", "corrects"
