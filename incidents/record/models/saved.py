"""What is kept so that a new process need not read the whole record."""

from django.db import models


class SavedBitmaps(models.Model):
    """Bitmaps (record/bitmaps.py) as bytes, in parts (record/saved.py); the database compresses
    none of them, which would take longer than to read them."""

    part = models.CharField(max_length=40, primary_key=True)
    data = models.BinaryField()

    def __str__(self) -> str:
        return self.part
