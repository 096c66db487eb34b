"""Addresses that are put together without asking Django are those that Django gives."""

import pytest
from django.urls import reverse

from incidents.public.addresses import of_id, of_incident, of_version

ID = "0123456789"


@pytest.mark.parametrize("slug", ["incident", "strike-on-a_bridge-2", "взрывы-в-районі-їжака"])
def test_the_address_of_an_incident_is_the_one_that_django_gives(slug: str) -> None:
    assert of_incident(ID, slug) == reverse("incident", args=[ID, slug])


def test_the_address_of_an_id_is_the_one_that_django_gives() -> None:
    assert of_id("claim", ID) == reverse("claim", args=[ID])


def test_the_address_of_a_version_is_the_one_that_django_gives() -> None:
    assert of_version(ID, 12) == reverse("version", args=[ID, 12])
