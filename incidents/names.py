"""Names made comparable: one folded Latin form for every spelling and transliteration."""

import re
import unicodedata
from functools import lru_cache

# Decomposition has turned й, ї, ё and ў into и, і, е and у by the time these are read.
_TABLE = """
аa бb вv гg ґg дd еe єe жzh зz иi іi кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch ыi эe
юiu яia
"""
_CYRILLIC = {pair[0]: pair[1:] for pair in _TABLE.split()}
_LATIN = {"j": "i", "y": "i", "w": "v", "x": "ks", "ł": "l"}
_SILENT = dict.fromkeys("ьъ'`‘’‛′ʹʺʻʼʽ", "")
_LETTERS = str.maketrans(_CYRILLIC | _LATIN | _SILENT)
_CARON = re.compile("(?<=[csz])\u030c")

# г is g in Russian and h in Ukrainian, and х is kh or h: one sound to a reader of Latin.
_GUTTURAL = re.compile("kh|gh|(?<![csz])h")
# Lysychanskyi, -skiy and -skyy; Sergeyevka and Sergeevka; Odessa and Odesa.
_IOTATED = re.compile("i+e")
_DOUBLED = re.compile(r"(\w)\1+")
_DOUBLED_PAIR = re.compile("(ch|sh|zh)\\1+")
_SEPARATORS = re.compile(r"[\W_]+")


# Kept, as names come again and again: of every place all that it lies in is published anew.
@lru_cache(maxsize=2**14)
def fold(text: str) -> str:
    """The form in which names are compared: words of letters and digits, one space between them.

    Russian, Ukrainian and Belarusian Cyrillic and their usual transliterations come out equal or
    close enough for trigrams; other scripts stay as they are. Takes any string, and leaves its own
    output unchanged. For look-up only: different names may fold to one form.
    """
    plain = unicodedata.normalize("NFKD", text.replace("´", "'").casefold())
    plain = unicodedata.normalize("NFKD", plain.casefold())
    plain = _CARON.sub("h", plain)
    plain = "".join(letter for letter in plain if not unicodedata.category(letter).startswith("M"))
    plain = _SEPARATORS.sub(" ", plain.translate(_LETTERS)).strip()
    plain = _IOTATED.sub("e", _GUTTURAL.sub("g", plain))
    return _DOUBLED_PAIR.sub(r"\1", _DOUBLED.sub(r"\1", plain))
