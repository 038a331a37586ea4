from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0020_mapping_of_another"),
    ]

    operations = [
        migrations.AddField(
            model_name="uploadjob",
            name="reasons",
            field=models.JSONField(
                null=True, help_text="Rows per outcome and reason, once the job has ended."
            ),
        ),
        migrations.AddField(
            model_name="uploadjob",
            name="rows_done",
            field=models.PositiveIntegerField(
                default=0, help_text="Rows that the check which is under way has done."
            ),
        ),
        migrations.AddField(
            model_name="mappingtrial",
            name="rows_done",
            field=models.PositiveIntegerField(default=0, help_text="Rows that were tried so far."),
        ),
    ]
