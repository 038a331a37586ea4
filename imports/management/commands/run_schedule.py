"""Keeps the portal's timetable until it is asked to end."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from imports.schedule import keep_schedule_until_asked_to_end
from imports.storage.check import verify_storage
from imports.storage.errors import StorageUnavailableError


class Command(BaseCommand):
    help = "Looks every two seconds for what is due, and wakes the workers up."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            verify_storage()
        except (ImproperlyConfigured, StorageUnavailableError) as error:
            raise CommandError(str(error)) from None
        keep_schedule_until_asked_to_end()
