"""What an account's page adds up of jobs that have ended: rows that failed, and why, without what is large of a job."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FAILED = ("refused", "unknown", "not_sent", "rejected")
AT_ONCE = 500


def add_up(apps, schema_editor):
    jobs = apps.get_model("imports", "UploadJob").objects
    tallies = apps.get_model("imports", "ReasonTally")
    some, reasons = [], []
    ended = jobs.exclude(ledger={}).only("ledger", "reasons", "account", "changed_at")
    for job in ended.iterator(AT_ONCE):
        counts = job.ledger.get("counts", {})
        job.rows_failed = sum(counts.get(bucket, 0) for bucket in FAILED)
        some.append(job)
        reasons += [
            tallies(
                job_id=job.pk,
                account_id=job.account_id,
                ended_at=job.changed_at,
                outcome=one["outcome"],
                code=one["code"],
                rows=one["rows"],
            )
            for one in job.reasons or ()
            if one["outcome"] in FAILED
        ]
        if len(some) == AT_ONCE:
            jobs.bulk_update(some, ["rows_failed"])
            tallies.objects.bulk_create(reasons, AT_ONCE)
            some, reasons = [], []
    jobs.bulk_update(some, ["rows_failed"])
    tallies.objects.bulk_create(reasons, AT_ONCE)


class Migration(migrations.Migration):

    dependencies = [
        ('imports', '0023_named_mappings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReasonTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ended_at', models.DateTimeField()),
                ('outcome', models.CharField(max_length=12)),
                ('code', models.TextField(help_text="A problem's, Dotdigital's, or one of imports.reasons.")),
                ('rows', models.PositiveIntegerField()),
            ],
            options={
                'verbose_name': 'reason tally',
                'verbose_name_plural': 'reason tallies',
            },
        ),
        migrations.AddField(
            model_name='uploadjob',
            name='rows_failed',
            field=models.PositiveIntegerField(editable=False, null=True, verbose_name='rows failed'),
        ),
        migrations.AddIndex(
            model_name='uploadjob',
            index=models.Index(condition=models.Q(('rows_imported__isnull', False)), fields=['account', 'changed_at', 'rows_imported', 'rows_failed'], name='jobs_by_end'),
        ),
        migrations.AddField(
            model_name='reasontally',
            name='account',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reason_tallies', to='imports.dotdigitalaccount'),
        ),
        migrations.AddField(
            model_name='reasontally',
            name='job',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reason_tallies', to='imports.uploadjob'),
        ),
        migrations.AddIndex(
            model_name='reasontally',
            index=models.Index(fields=['account', 'ended_at'], name='reasons_by_end'),
        ),
        # Last: PostgreSQL makes no index of a table that has just been filled.
        migrations.RunPython(add_up, migrations.RunPython.noop),
    ]
