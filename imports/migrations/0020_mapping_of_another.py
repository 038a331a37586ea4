import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('imports', '0019_line_of_imports'),
    ]

    operations = [
        migrations.AddField(
            model_name='uploadjob',
            name='mapped_like',
            field=models.ForeignKey(blank=True, help_text='The import whose mapping the person asked for.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='imports.uploadjob', verbose_name='takes the mapping of'),
        ),
    ]
