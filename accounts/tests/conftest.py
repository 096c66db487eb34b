from types import SimpleNamespace

import pytest


@pytest.fixture(autouse=True)
def no_step_ends_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """For codes of phones time stands still: each would be void from one moment to the next."""
    still = SimpleNamespace(time=lambda: 1_793_923_200.0)
    monkeypatch.setattr("django_otp.plugins.otp_totp.models.time", still)
