"""What nobody takes for a password: the words of the site itself."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from pytest_django import Settings


@pytest.mark.parametrize(
    "password", ["Claimline2026!", "claimline-claimline", "Reviewer-Kharkiv", "TribuneClaims26"]
)
def test_a_password_that_rests_on_words_of_the_site_is_refused(
    settings: Settings, password: str
) -> None:
    settings.ALLOWED_HOSTS = ["claims.tribune.example"]

    with pytest.raises(ValidationError, match="words of this site"):
        validate_password(password)


@pytest.mark.parametrize(
    "password",
    ["purple kettle under snow", "the claimline of purple kettles", "www-example-org-17"],
)
def test_a_phrase_that_is_long_enough_without_them_is_taken(
    settings: Settings, password: str
) -> None:
    settings.ALLOWED_HOSTS = ["www.claims.tribune.org"]

    validate_password(password)
