import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('imports', '0026_downloads_in_languages'),
    ]

    operations = [
        migrations.AddField(
            model_name='dotdigitalaccount',
            name='shares_jobs',
            field=models.BooleanField(default=True, help_text='Without it, viewers and uploaders see only their own imports. Approvers and managers always see all.', verbose_name='members see each other’s imports'),
        ),
        migrations.AlterField(
            model_name='membership',
            name='role',
            field=models.CharField(choices=[('viewer', 'Viewer'), ('uploader', 'Uploader'), ('approver', 'Approver'), ('manager', 'Manager')], default='uploader', max_length=10, verbose_name='role'),
        ),
        migrations.CreateModel(
            name='GroupMembership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('viewer', 'Viewer'), ('uploader', 'Uploader'), ('approver', 'Approver'), ('manager', 'Manager')], default='uploader', max_length=10, verbose_name='role')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='group_memberships', to='imports.dotdigitalaccount', verbose_name='account')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='account_memberships', to='auth.group', verbose_name='group')),
            ],
            options={
                'verbose_name': 'group membership',
                'verbose_name_plural': 'group memberships',
                'constraints': [models.UniqueConstraint(fields=('account', 'group'), name='one_membership_a_group')],
            },
        ),
    ]
