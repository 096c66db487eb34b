from django.db import migrations

from rowlog.tracking import logged

_OF_USER = {"user_id": "auth.user"}
# They change with every code.
_COUNTED = ["last_used_at", "throttling_failure_timestamp", "throttling_failure_count"]


class Migration(migrations.Migration):
    """When somebody got, changed or lost their second factor; never its secret."""

    dependencies = [
        ("accounts", "0001_log"),
        ("otp_static", "0003_add_timestamps"),
        ("otp_totp", "0003_add_timestamps"),
    ]

    operations = [
        logged(
            "otp_totp.totpdevice", _OF_USER, unlogged=["last_t", "drift", *_COUNTED], secret=["key"]
        ),
        logged("otp_static.staticdevice", _OF_USER, unlogged=_COUNTED),
    ]
