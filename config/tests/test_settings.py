"""The settings as another process reads them, and the headers that follow from them."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from config.tiles import tile_origin
from incidents.tests.factories import make_published

PRINT = """
from django.conf import settings as s
print(s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS,
      s.SECURE_PROXY_SSL_HEADER, s.DEBUG, sep="|")
print(*s.ALLOWED_HOSTS, sep="|")
print(*s.CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"])
print(s.SECURE_HSTS_PRELOAD, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, sep="|")
print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME, s.COOKIE_PREFIX, sep="|")
"""


def read_settings(**variables: str) -> "subprocess.CompletedProcess[str]":
    """The settings under an address that nothing connects to."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": "postgresql://db.example/claims",
        "SECRET_KEY": "of no use to anyone",
        **variables,
    }
    return subprocess.run(
        [sys.executable, "-c", PRINT],
        capture_output=True,
        check=False,
        cwd=settings.BASE_DIR,
        env=environment,
        text=True,
    )


def test_unless_told_otherwise_everything_goes_over_tls_and_no_proxy_is_believed() -> None:
    lines = read_settings().stdout.splitlines()

    assert lines[:2] == ["True|True|True|31536000|None|False", "localhost|127.0.0.1|[::1]"]
    assert lines[4] == "__Host-sessionid|__Host-csrftoken|__Host-django_language|__Host-"


def test_plain_http_promises_browsers_nothing() -> None:
    lines = read_settings(CLAIMLINE_TLS="off").stdout.splitlines()

    assert lines[0] == "False|False|False|0|None|False"
    assert lines[4] == "sessionid|csrftoken|django_language|"


def test_a_host_name_is_added_and_a_proxy_believed_when_the_environment_says_so() -> None:
    lines = read_settings(
        ALLOWED_HOSTS="claims.example", CLAIMLINE_TRUST_FORWARDED_PROTO="on"
    ).stdout.splitlines()

    assert lines[0].split("|")[4] == "('HTTP_X_FORWARDED_PROTO', 'https')"
    assert lines[1].endswith("|claims.example")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("CLAIMLINE_TLS", "of"),
        ("CLAIMLINE_TRUST_FORWARDED_PROTO", "https"),
        ("CLAIMLINE_POOL", "many"),
        ("CLAIMLINE_READY_MB", "-1"),
        ("CLAIMLINE_DOWNLOADS", "0"),
        ("CLAIMLINE_LOG", "loud"),
        ("CLAIMLINE_HSTS_SECONDS", "1 year"),
        ("CLAIMLINE_BREACHED_PASSWORDS", "/nowhere/stolen"),
        ("SECRET_KEY_FILE", "/nowhere/key"),
        ("CLAIMLINE_CONTACT", "nobody"),
        ("CLAIMLINE_CONTACT", "http://claims.example/"),
        ("CLAIMLINE_CONTACT", "javascript:alert(1)"),
        ("CLAIMLINE_LICENCE", "Our own"),
        ("CLAIMLINE_LICENCE_URL", "http://claims.example/licence"),
    ],
)
def test_a_value_that_cannot_be_read_stops_the_start(name: str, value: str) -> None:
    done = read_settings(**{name: value})

    assert done.returncode != 0
    assert value in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    "address",
    [
        "http://tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example/{z}/{x}.png",
        "https://tiles.example;script-src *;/{z}/{x}/{y}",
        "https://tiles.example *.evil.example/{z}/{x}/{y}",
        "https://user:word@tiles.example/{z}/{x}/{y}",
        "https:///{z}/{x}/{y}",
        "tiles",
    ],
)
def test_an_address_of_tiles_that_cannot_be_used_stops_the_start(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="CLAIMLINE_TILES"):
        tile_origin(address)


def test_the_host_of_tiles_is_all_that_the_policy_lets_in() -> None:
    tiles = "https://tiles.example:8443/osm/{z}/{x}/{y}.png"

    assert tile_origin(tiles) == "https://tiles.example:8443"
    assert read_settings(CLAIMLINE_TILES=tiles).returncode != 0
    done = read_settings(CLAIMLINE_TILES=tiles, CLAIMLINE_TILES_CREDIT="© Surveyors")
    assert done.stdout.splitlines()[2] == "'self' https://tiles.example:8443"
    assert read_settings().stdout.splitlines()[2] == "'self'"


@pytest.mark.django_db
def test_every_page_forbids_what_no_page_needs(client: Client) -> None:
    response = client.get("/admin/login/")

    policy = dict(
        directive.split(" ", 1)
        for directive in response.headers["Content-Security-Policy"].split("; ")
    )
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_other_sites_may_load_what_is_meant_for_them(client: Client) -> None:
    incident = make_published().public_id

    for address in ("/api/v1/", "/incidents.csv", f"/incidents/{incident}/embed/"):
        for _ in range(2):  # made, and given again
            headers = client.get(address).headers
            assert headers["Cross-Origin-Resource-Policy"] == "cross-origin", address
            assert "X-Frame-Options" not in headers or "embed" not in address


def test_a_domain_is_offered_to_the_browsers_lists_only_when_told() -> None:
    assert read_settings().stdout.splitlines()[3] == "False|True"
    assert read_settings(CLAIMLINE_HSTS_PRELOAD="on").stdout.splitlines()[3] == "True|True"


def test_an_operator_with_plain_hosts_below_the_sites_promises_less_and_no_list() -> None:
    less = {"CLAIMLINE_HSTS_SUBDOMAINS": "off"}

    assert read_settings(**less).stdout.splitlines()[3] == "False|False"
    assert read_settings(**less, CLAIMLINE_HSTS_PRELOAD="on").returncode != 0
