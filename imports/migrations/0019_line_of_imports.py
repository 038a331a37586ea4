from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('imports', '0018_sums_of_ledgers'),
    ]

    operations = [
        migrations.AddField(
            model_name='uploadjob',
            name='line',
            field=models.JSONField(default=dict, help_text='How it stands to the import whose rows it brings again; counts only.'),
        ),
    ]
