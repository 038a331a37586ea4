import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

REFUSAL = "audit events are never changed or removed"

SQLITE = [
    f"""
    CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON imports_auditevent
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
    """,
    f"""
    CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON imports_auditevent
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
    """,
    # INSERT OR REPLACE removes the row that is in its way without asking the trigger before this one.
    f"""
    CREATE TRIGGER audit_event_no_replace BEFORE INSERT ON imports_auditevent
    WHEN EXISTS (
        SELECT 1 FROM imports_auditevent
        WHERE id = NEW.id OR (lane = NEW.lane AND position = NEW.position)
    )
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
    """,
]
SQLITE_BACK = [
    f"DROP TRIGGER IF EXISTS audit_event_no_{what}" for what in ("update", "delete", "replace")
]

POSTGRESQL = [
    f"""
    CREATE FUNCTION refuse_change_of_audit_event() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$
    """,
    """
    CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON imports_auditevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_audit_event()
    """,
    """
    CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON imports_auditevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_audit_event()
    """,
    """
    CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON imports_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_event()
    """,
]
POSTGRESQL_BACK = [
    *(
        f"DROP TRIGGER IF EXISTS audit_event_no_{what} ON imports_auditevent"
        for what in ("update", "delete", "truncate")
    ),
    "DROP FUNCTION IF EXISTS refuse_change_of_audit_event()",
]


def refuse_changes(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def allow_changes(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRESQL_BACK if editor.connection.vendor == "postgresql" else SQLITE_BACK:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0029_rows_resolved"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditForwarding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("positions", models.JSONField(default=dict)),
                ("lease_until", models.DateTimeField(null=True)),
                ("failing_since", models.DateTimeField(null=True)),
                ("not_before", models.DateTimeField(null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
            ],
            options={"verbose_name": "audit forwarding", "verbose_name_plural": "audit forwarding"},
        ),
        migrations.CreateModel(
            name="AuditLane",
            fields=[
                ("number", models.AutoField(primary_key=True, serialize=False)),
                ("count", models.PositiveBigIntegerField(default=0)),
                ("last_id", models.BigIntegerField(default=0)),
                ("mac", models.CharField(blank=True, max_length=64)),
                ("key", models.CharField(blank=True, max_length=8)),
                ("seal", models.CharField(blank=True, max_length=64)),
            ],
            options={"verbose_name": "audit lane", "verbose_name_plural": "audit lanes"},
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lane", models.PositiveIntegerField(editable=False)),
                ("position", models.PositiveBigIntegerField(editable=False, help_text="1, 2, 3 … within its lane.")),
                ("at", models.DateTimeField(db_index=True, verbose_name="at")),
                ("action", models.CharField(max_length=40, verbose_name="action")),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                ("actor_name", models.CharField(blank=True, max_length=150, verbose_name="person")),
                ("address", models.CharField(blank=True, max_length=45, verbose_name="address")),
                ("agent", models.CharField(blank=True, max_length=150, verbose_name="browser or command")),
                ("kind", models.CharField(blank=True, max_length=40, verbose_name="kind")),
                ("object_id", models.CharField(blank=True, max_length=40, verbose_name="number")),
                ("object_name", models.CharField(blank=True, max_length=150, verbose_name="on what")),
                ("account_id", models.BigIntegerField(blank=True, db_index=True, null=True)),
                ("details", models.JSONField(blank=True, default=dict, verbose_name="details")),
                ("key", models.CharField(editable=False, help_text="The id of its key.", max_length=8)),
                ("mac", models.CharField(editable=False, max_length=64)),
            ],
            options={
                "verbose_name": "audit event",
                "verbose_name_plural": "audit events",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["action", "id"], name="events_by_action"),
                    models.Index(fields=["actor_name", "id"], name="events_by_actor"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("lane", "position"), name="one_event_a_position")
                ],
            },
        ),
        migrations.RunPython(refuse_changes, allow_changes, elidable=False),
        migrations.AlterField(
            model_name="jobevent",
            name="actor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
    ]
