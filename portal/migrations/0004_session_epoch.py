import uuid

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0003_what_people_choose'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='session_epoch',
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
    ]
