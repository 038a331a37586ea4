"""How many rows of an import later ones have resolved, beside it: lists ask no other jobs for it."""

from collections import Counter

from django.db import migrations, models

AT_ONCE = 500


def add_up(apps, schema_editor):
    jobs = apps.get_model("imports", "UploadJob").objects
    resolved, completed, retriable = Counter(), Counter(), Counter()
    for line in jobs.exclude(parent=None).values_list("line", flat=True).iterator(AT_ONCE):
        for above, counts in line.get("resolved", {}).items():
            resolved[above] += counts.get("open", 0)
            completed[above] += counts.get("lacking", 0)
            retriable[above] += counts.get("again", 0)
    for above in resolved:
        jobs.filter(pk=above).update(
            rows_resolved=resolved[above],
            rows_completed=completed[above],
            retriable_resolved=retriable[above],
        )


class Migration(migrations.Migration):

    dependencies = [
        ('imports', '0028_members_are_uploaders'),
    ]

    operations = [
        migrations.AddField(
            model_name='uploadjob',
            name='retriable_resolved',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='retriable rows resolved'),
        ),
        migrations.AddField(
            model_name='uploadjob',
            name='rows_completed',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='rows completed'),
        ),
        migrations.AddField(
            model_name='uploadjob',
            name='rows_resolved',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='rows resolved'),
        ),
        migrations.RunPython(add_up, migrations.RunPython.noop),
    ]
