"""How a test that commits leaves the database: with what migrations have put there, and nothing else.

Django's `flush` would also remove the content types and permissions, and make all of them again: as much work as many
tests are. They are the same after each test, so they stay.
"""

from django.db import connection, transaction

from tests.tampering import TABLE, triggers_lifted

KEPT_TABLES = frozenset({"django_migrations", "django_content_type", "auth_permission"})


def empty_database() -> None:
    """Remove all rows of all tables but KEPT_TABLES."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with transaction.atomic(), connection.cursor() as cursor:
        for table in sorted(set(tables) - KEPT_TABLES - {TABLE}):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {TABLE})")
        if cursor.fetchone()[0]:
            with triggers_lifted():
                cursor.execute(f"DELETE FROM {TABLE}")
