"""The administration's list of jobs of a status is found in its order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0030_audit_events"),
    ]

    operations = [
        migrations.AlterField(
            model_name="uploadjob",
            name="status",
            field=models.CharField(
                choices=[
                    ("uploaded", "Uploaded"),
                    ("staging", "Reading the file"),
                    ("staged", "Waiting for mapping"),
                    ("checking", "Checking"),
                    ("checked", "Ready to import"),
                    ("sending", "Importing"),
                    ("cancelling", "Cancelling"),
                    ("finished", "Finished"),
                    ("cancelled", "Cancelled"),
                    ("failed", "Failed"),
                    ("errored", "Stopped by a fault in the portal"),
                ],
                default="uploaded",
                max_length=12,
                verbose_name="status",
            ),
        ),
        migrations.AddIndex(
            model_name="uploadjob",
            index=models.Index(fields=["status", "created_at"], name="jobs_by_status"),
        ),
    ]
