import django.db.models.deletion
from django.db import migrations, models

# The field of an account, and what it is called in the table of catalogues.
MOVED = {
    'catalogue': 'content',
    'catalogue_read_at': 'read_at',
    'catalogue_asked_at': 'asked_at',
    'catalogue_run': 'run',
    'catalogue_lease_until': 'lease_until',
    'catalogue_tried_at': 'tried_at',
    'unread_reason': 'unread_reason',
}


def move_out(apps, schema_editor):
    """Every account has its row from here on."""
    accounts, catalogues = (apps.get_model('imports', name) for name in ('DotdigitalAccount', 'AccountCatalogue'))
    for pk in list(accounts.objects.values_list('pk', flat=True)):
        was = accounts.objects.filter(pk=pk).values(*MOVED).get()
        catalogues.objects.create(account_id=pk, **{new: was[old] for old, new in MOVED.items()})


def move_back(apps, schema_editor):
    accounts, catalogues = (apps.get_model('imports', name) for name in ('DotdigitalAccount', 'AccountCatalogue'))
    for pk in list(catalogues.objects.values_list('pk', flat=True)):
        was = catalogues.objects.filter(pk=pk).values(*MOVED.values()).get()
        accounts.objects.filter(pk=pk).update(**{old: was[new] for old, new in MOVED.items()})


class Migration(migrations.Migration):

    dependencies = [
        ('imports', '0009_report_downloads'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountCatalogue',
            fields=[
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='known', serialize=False, to='imports.dotdigitalaccount')),
                ('content', models.JSONField(default=dict, help_text='Data fields, lists, preferences, own identifiers.')),
                ('read_at', models.DateTimeField(null=True)),
                ('asked_at', models.DateTimeField(null=True)),
                ('run', models.UUIDField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('tried_at', models.DateTimeField(null=True)),
                ('unread_reason', models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.RunPython(move_out, move_back),
        *(migrations.RemoveField(model_name='dotdigitalaccount', name=name) for name in MOVED),
        # The account's own field of that name is gone only now.
        migrations.AlterField(
            model_name='accountcatalogue',
            name='account',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='catalogue', serialize=False, to='imports.dotdigitalaccount'),
        ),
    ]
