import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("imports", "0021_reasons_and_progress"),
    ]

    operations = [
        migrations.CreateModel(
            name="MappingDraft",
            fields=[
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="draft",
                        serialize=False,
                        to="imports.uploadjob",
                    ),
                ),
                (
                    "form",
                    models.TextField(blank=True, help_text="The fields of the page, as they were posted."),
                ),
                (
                    "mapping",
                    models.JSONField(
                        default=dict, help_text="A mapping that was put in, where no form was posted."
                    ),
                ),
                (
                    "columns",
                    models.JSONField(
                        default=list, help_text="The headers of the file that it was chosen for."
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1, help_text="Grows with each change.")),
                (
                    "page",
                    models.CharField(help_text="The open page that has changed it last.", max_length=32),
                ),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "mapping draft",
                "verbose_name_plural": "mapping drafts",
            },
        ),
    ]
