"""One spelling of a name, in a language or transliteration, as places and actors have many."""

from django.db import models

from incidents.names import fold


class Spelling(models.Model):
    name = models.CharField(max_length=200)
    language = models.CharField(
        max_length=35, blank=True, help_text="en, uk, ru …; empty for a transliteration."
    )
    # A folded name may be longer than the name: щ becomes four letters.
    folded = models.TextField(editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.folded = fold(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]
