"""Files of a report that were made without the consent that was sent are made anew when somebody asks for them."""

from django.db import migrations

CONSENT = "consentrecords."
AT_ONCE = 200


def ask_anew(apps, schema_editor):
    downloads = apps.get_model("imports", "ReportDownload").objects
    made = downloads.values_list("pk", "job__mapping").iterator(AT_ONCE)
    outdated = [
        pk
        for pk, mapping in made
        if any(
            one["target"].lower().startswith(CONSENT)
            for part in ("columns", "constants")
            for one in mapping.get(part, ())
        )
    ]
    for begin in range(0, len(outdated), AT_ONCE):
        downloads.filter(pk__in=outdated[begin : begin + AT_ONCE]).update(outcomes="")


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0024_account_figures"),
    ]

    operations = [
        migrations.RunPython(ask_anew, migrations.RunPython.noop),
    ]
