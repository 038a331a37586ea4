"""`manage.py export_person (--email E | --mobile M | --contact-id N) --user USERNAME --reason TEXT --output FILE`

What the portal holds of a person, as JSON in a file. One JSON object on stdout, words on stderr; exit 0 when all
imports were looked into, 1 when some could not be, 2 for a usage error.
"""

import json
import os
import sys
from pathlib import Path
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
from imports.people.exporting import export_person
from imports.people.finding import BadReasonError, NotAllowedError
from imports.storage.artefacts import StorageUnavailableError


class Command(PortalCommand):
    help = "Write what the portal holds of a person to a file, for the person."

    def add_arguments(self, parser: CommandParser) -> None:
        add_person_options(parser)
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = read_person_options(options)
        try:
            document, found = export_person(asked.person, asked.user, asked.reason)
        except NotAllowedError:
            words = f"{asked.user.get_username()} may not export people: managers of an account may."
            raise CommandError(words, returncode=USAGE_ERROR) from None
        except BadReasonError:
            raise CommandError(BAD_REASON, returncode=USAGE_ERROR) from None
        except StorageUnavailableError:
            raise CommandError("The storage does not answer. Nothing was written.") from None
        output: Path = options["output"]
        try:
            with os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump(document, file, ensure_ascii=False, indent=2)
        except OSError as error:
            raise CommandError(
                f"{output} cannot be written: {error.strerror}.", returncode=USAGE_ERROR
            ) from None
        rows = sum(len(one["rows"]) for one in document["jobs"])
        self.stdout.write(json.dumps({"jobs": len(document["jobs"]), "rows": rows, "output": str(output)}))
        say_what_is_left_open(found.left_open, self.stderr)
        if not found.is_complete:
            sys.exit(1)
