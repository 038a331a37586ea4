"""Keeps the portal's timetable until it is asked to end."""

import threading
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from imports.auditing.audit_upkeep import keep_audit_up
from imports.jobs.purging import keep_purging
from imports.jobs.tasks import sweep
from imports.storage.storage_errors import StorageUnavailableError
from imports.storage.verification import verify_storage
from imports.work.schedule import keep_schedule_until_asked_to_end


class Command(BaseCommand):
    help = "Looks every two seconds for what is due, and wakes the workers up."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            verify_storage()
        except (ImproperlyConfigured, StorageUnavailableError) as error:
            raise CommandError(str(error)) from None
        keep_audit_up(threading.Event())
        keep_purging(threading.Event())
        keep_schedule_until_asked_to_end(sweep)
