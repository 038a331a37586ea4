from django.db import migrations

# Keys of how a file was read.
RENAMED = {'furniture': 'non_data', 'furniture_rows': 'non_data_rows'}


def rename_keys(apps, renamed):
    jobs = apps.get_model('imports', 'UploadJob').objects
    for pk in list(jobs.values_list('pk', flat=True)):
        reading = jobs.values_list('reading', flat=True).get(pk=pk)
        if any(old in reading for old in renamed):
            jobs.filter(pk=pk).update(reading={renamed.get(key, key): value for key, value in reading.items()})


def forwards(apps, schema_editor):
    rename_keys(apps, RENAMED)


def backwards(apps, schema_editor):
    rename_keys(apps, {new: old for old, new in RENAMED.items()})


class Migration(migrations.Migration):

    dependencies = [
        ('imports', '0010_account_catalogue'),
    ]

    operations = [
        migrations.RenameField('dotdigitalaccount', 'trouble', 'blocked_reason'),
        migrations.RenameField('uploadjob', 'dealt_at', 'last_slot_at'),
        migrations.RunPython(forwards, backwards),
    ]
