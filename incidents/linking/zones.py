"""The clock that a region's people go by, for the start of a form: editors correct it."""

from incidents.models import Place

_COUNTRIES = {
    "UA": "Europe/Kyiv",
    "RU": "Europe/Moscow",
    "BY": "Europe/Minsk",
    "MD": "Europe/Chisinau",
}

# Regions whose clocks differ from those of the capital (IANA tzdata, zone1970.tab).
_REGIONS = {
    "UA-43": "Europe/Simferopol",
    "UA-40": "Europe/Simferopol",
    "RU-KGD": "Europe/Kaliningrad",
    "RU-AST": "Europe/Astrakhan",
    "RU-SAM": "Europe/Samara",
    "RU-SAR": "Europe/Saratov",
    "RU-UD": "Europe/Samara",
    "RU-ULY": "Europe/Ulyanovsk",
    "RU-BA": "Asia/Yekaterinburg",
    "RU-CHE": "Asia/Yekaterinburg",
    "RU-KGN": "Asia/Yekaterinburg",
    "RU-KHM": "Asia/Yekaterinburg",
    "RU-ORE": "Asia/Yekaterinburg",
    "RU-PER": "Asia/Yekaterinburg",
    "RU-SVE": "Asia/Yekaterinburg",
    "RU-TYU": "Asia/Yekaterinburg",
    "RU-YAN": "Asia/Yekaterinburg",
    "RU-OMS": "Asia/Omsk",
    "RU-AL": "Asia/Barnaul",
    "RU-ALT": "Asia/Barnaul",
    "RU-KEM": "Asia/Novokuznetsk",
    "RU-KK": "Asia/Krasnoyarsk",
    "RU-KYA": "Asia/Krasnoyarsk",
    "RU-NVS": "Asia/Novosibirsk",
    "RU-TOM": "Asia/Tomsk",
    "RU-TY": "Asia/Krasnoyarsk",
    "RU-BU": "Asia/Irkutsk",
    "RU-IRK": "Asia/Irkutsk",
    "RU-AMU": "Asia/Yakutsk",
    "RU-SA": "Asia/Yakutsk",
    "RU-ZAB": "Asia/Chita",
    "RU-KHA": "Asia/Vladivostok",
    "RU-PRI": "Asia/Vladivostok",
    "RU-YEV": "Asia/Vladivostok",
    "RU-MAG": "Asia/Magadan",
    "RU-SAK": "Asia/Sakhalin",
    "RU-CHU": "Asia/Anadyr",
    "RU-KAM": "Asia/Kamchatka",
}


def zone_of(place: Place | None) -> str:
    """An IANA zone; Kyiv's where nothing says another."""
    codes = [one.iso_code for one in reversed(place.path())] if place else []
    zones = (_REGIONS.get(code) or _COUNTRIES.get(code) for code in codes)
    return next(filter(None, zones), "Europe/Kyiv")
