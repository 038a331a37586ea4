"""What processes of the portal import before they need settings. Imported once, in the fork server of the tests."""

import importlib

MODULES = (
    "cryptography.fernet",
    "django.contrib.messages.middleware",
    "django.core.management.base",
    "django.db.backends.postgresql.schema",
    "django.db.backends.sqlite3.schema",
    "django.db.models",
    "django.forms",
    "django.template.loader",
    "django.urls",
    "imports.contacts.check_process",
    "imports.contacts.checking",
    "imports.contacts.suggestions.suggested_mapping",
    "imports.dotdigital.client",
    "imports.files.reading_process",
    "imports.files.staging",
    "imports.jobs.profiling_process",
    "imports.reports.export",
    "imports.reports.outcomes",
    "redis",
    "rq.worker_pool",
)


def preload() -> None:
    for name in MODULES:
        importlib.import_module(name)


preload()
