from django.db import migrations


class Migration(migrations.Migration):
    """A code counts while the phone shows it; the earlier and the later one no longer do."""

    dependencies = [
        ("accounts", "0005_recovery_codes"),
        ("otp_totp", "0003_add_timestamps"),
    ]

    operations = [
        # The drift that was noted is mostly of those who type slowly, and no clock's.
        migrations.RunSQL(
            "update otp_totp_totpdevice set tolerance = 0, drift = 0",
            "update otp_totp_totpdevice set tolerance = 1",
        ),
    ]
