"""`manage.py purge [--dry-run]`: removes what has been kept for long enough.

One JSON object on stdout; exit 1 when something could not be proved gone yet.
"""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser

from imports.jobs.deleted_files import work_off_deleted
from imports.jobs.purging import purge, would_purge
from imports.management.portal_command import PortalCommand
from imports.storage.storage_errors import StorageUnavailableError


class Command(PortalCommand):
    help = "Remove uploads, rows and files of reports that have been kept for long enough, and prove it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be removed, and leave it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["dry_run"]:
                found = would_purge()
            else:
                work_off_deleted()
                found = purge()
        except StorageUnavailableError as error:
            raise CommandError(f"The storage does not answer: {error}") from None
        told = asdict(found)
        left = told.pop("left")
        self.stdout.write(json.dumps(told))
        if left:
            self.stderr.write(f"Still to be removed, which the schedule goes on with: {left} imports.")
            sys.exit(1)
