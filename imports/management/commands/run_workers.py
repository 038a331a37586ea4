"""Runs workers for some of the queues until it is asked to end."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

# Loaded once, here, so that all workers and the processes in which they work share what it takes.
from imports.jobs import tasks  # noqa: F401
from imports.jobs.leftovers import sweep_every_seconds, sweep_machine
from imports.storage.storage_errors import StorageUnavailableError
from imports.storage.verification import verify_storage
from imports.work.queue import QUEUES
from imports.work.worker import PortalPool


class Command(BaseCommand):
    help = "Runs workers that take from the queues named, the first one first, and replaces those that die."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("queues", nargs="+", choices=QUEUES, metavar="QUEUE", help=", ".join(QUEUES))
        parser.add_argument(
            "--workers", type=int, help="how many; otherwise as the settings say of the first queue"
        )

    def handle(self, *args: Any, queues: list[str], workers: int | None, **options: Any) -> None:
        try:
            verify_storage()
        except (ImproperlyConfigured, StorageUnavailableError) as error:
            raise CommandError(str(error)) from None
        # Whatever is open now would be shared by all processes that fork from this one.
        connections.close_all()
        workers = workers or settings.QUEUE_WORKERS[queues[0]]
        PortalPool(queues, workers, sweep_machine, sweep_every_seconds()).start(logging_level="WARNING")
