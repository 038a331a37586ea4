from django.db import migrations


def members_are_uploaders(apps, schema_editor):
    apps.get_model('imports', 'Membership').objects.filter(role='member').update(role='uploader')


def back(apps, schema_editor):
    """Whoever has a role that an earlier version does not know may do less there, never more."""
    memberships = apps.get_model('imports', 'Membership').objects
    memberships.filter(role='viewer').delete()
    memberships.filter(role__in=['uploader', 'approver']).update(role='member')


class Migration(migrations.Migration):

    dependencies = [
        ('imports', '0027_roles'),
    ]

    operations = [migrations.RunPython(members_are_uploaders, back)]
