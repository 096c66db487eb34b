"""Words that no password of the desk may be built on: whoever guesses tries them first."""

import re

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

OWN = ("claimline", "incident", "timeline", "territory", "editor", "reviewer", "administrator")
# Shorter parts of a host's name, as "www" and "org", are in many words.
_SHORTEST = 5
# Characters besides such words: as many as a password needs at least.
_ENOUGH = 12


def own_words() -> set[str]:
    """The product's, and those of the hosts that the site is reached by."""
    hosts = re.findall(rf"[a-z]{{{_SHORTEST},}}", " ".join(settings.ALLOWED_HOSTS).lower())
    return {*OWN, *hosts}


class OwnWordsValidator:
    """One of AUTH_PASSWORD_VALIDATORS."""

    def validate(self, password: str, user: User | None = None) -> None:
        left = re.sub("|".join(sorted(own_words(), key=len, reverse=True)), "", password.lower())
        # A phrase may name them, but must be long enough without.
        if left != password.lower() and len(left) < _ENOUGH:
            raise ValidationError(self.get_help_text(), code="password_own_words")

    def get_help_text(self) -> str:
        return "Your password can’t rest on words of this site, such as its name."
