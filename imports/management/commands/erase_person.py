"""`manage.py erase_person (--email E | --mobile M | --contact-id N) --user USERNAME --reason TEXT`

Removes a person from every stored file and table. One JSON object on stdout, words on stderr; exit 0 when nothing of
them is left, 1 when something is still to be done, 2 for a usage error.
"""

import json
import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser

from imports.management.commands.find_person import (
    BAD_REASON,
    add_person_options,
    read_person_options,
    say_what_is_left_open,
)
from imports.management.commands.import_contacts import USAGE_ERROR
from imports.management.portal_command import PortalCommand
from imports.people.erasing_person import Erasure, erase_person
from imports.people.finding import BadReasonError, NotAllowedError
from imports.storage.artefacts import StorageUnavailableError


class Command(PortalCommand):
    help = "Remove a person from all files and tables. Their rows stay, and hold nothing any more."

    def add_arguments(self, parser: CommandParser) -> None:
        add_person_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        asked = read_person_options(options)
        try:
            erasure = erase_person(asked.person, asked.user, asked.reason)
        except NotAllowedError:
            words = f"{asked.user.get_username()} may not erase people: superusers may."
            raise CommandError(words, returncode=USAGE_ERROR) from None
        except BadReasonError:
            raise CommandError(BAD_REASON, returncode=USAGE_ERROR) from None
        except StorageUnavailableError:
            raise CommandError("The storage does not answer. Not all was erased: run this again.") from None
        told = {"files": erasure.files, "rows": erasure.rows, "jobs": erasure.jobs}
        self.stdout.write(json.dumps({**told, "certificate": erasure.certificate}))
        self.say(erasure)
        if not erasure.is_complete:
            sys.exit(1)

    def say(self, erasure: Erasure) -> None:
        if erasure.uploads_removed:
            self.stderr.write(
                f"{erasure.uploads_removed} uploaded files could not be rewritten without the person and were "
                "removed as a whole; their rows are kept."
            )
        if erasure.pending:
            self.stderr.write(
                f"{erasure.pending} rows are being imported: they are erased when that has ended."
            )
        if erasure.busy:
            self.stderr.write(f"{len(erasure.busy)} imports were changed all the while: run this again.")
        if erasure.uploading:
            self.stderr.write(
                f"{erasure.uploading} files are being uploaded and were not looked into: run this again when "
                "they are here."
            )
        say_what_is_left_open(erasure.left_open, self.stderr)
