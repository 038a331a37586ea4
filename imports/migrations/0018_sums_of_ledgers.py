"""What ledgers add up to, in columns of its own: lists are in the order of it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ARRIVED = ("created", "updated")
AT_ONCE = 500
LISTED = ('created_at', 'id', 'status', 'file_name', 'rows', 'rows_imported', 'rows_not_imported')


def add_up(apps, schema_editor):
    jobs = apps.get_model("imports", "UploadJob").objects
    some = []
    for job in jobs.exclude(ledger={}).only("ledger").iterator(AT_ONCE):
        counts = job.ledger.get("counts", {})
        job.rows_imported = sum(counts.get(bucket, 0) for bucket in ARRIVED)
        job.rows_not_imported = sum(counts.values()) - job.rows_imported
        some.append(job)
        if len(some) == AT_ONCE:
            jobs.bulk_update(some, ["rows_imported", "rows_not_imported"])
            some = []
    jobs.bulk_update(some, ["rows_imported", "rows_not_imported"])


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('imports', '0017_resumable_uploads'),
    ]

    operations = [
        migrations.AddField(
            model_name='uploadjob',
            name='rows_imported',
            field=models.PositiveIntegerField(editable=False, null=True, verbose_name='rows imported'),
        ),
        migrations.AddField(
            model_name='uploadjob',
            name='rows_not_imported',
            field=models.PositiveIntegerField(editable=False, null=True, verbose_name='rows not imported'),
        ),
        migrations.RunPython(add_up, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='uploadjob',
            name='owner',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddIndex(
            model_name='uploadjob',
            index=models.Index(fields=['account', 'owner', *LISTED], name='jobs_of_account'),
        ),
        migrations.AddIndex(
            model_name='uploadjob',
            index=models.Index(fields=['owner', 'account', *LISTED], name='jobs_of_owner'),
        ),
    ]
