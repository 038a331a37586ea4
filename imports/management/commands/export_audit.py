"""`manage.py export_audit [--since TIME] --output FILE`: the audit log as JSON lines."""

import json
from argparse import ArgumentTypeError
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from imports.auditing.audit_export import as_json, events_since
from imports.management.portal_command import PortalCommand

USAGE_ERROR = 2


def moment(text: str) -> datetime:
    """A time as ISO 8601 writes it; without a zone it is UTC."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no time; write it like 2026-11-30T08:15:00+00:00") from None
    return given if given.tzinfo else given.replace(tzinfo=UTC)


class Command(PortalCommand):
    help = "Write the events of the audit log as JSON, one a line, in the order of their numbers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=moment, metavar="TIME", help="like 2026-11-30T08:15:00+00:00")
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        written, output = 0, options["output"]
        try:
            with output.open("w", encoding="utf-8") as file:
                for event in events_since(options["since"]):
                    file.write(as_json(event) + "\n")
                    written += 1
        except OSError as error:
            raise CommandError(
                f"{output} cannot be written: {error.strerror}.", returncode=USAGE_ERROR
            ) from None
        self.stdout.write(json.dumps({"events": written, "output": str(output)}))
