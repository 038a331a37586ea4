"""`manage.py find_person (--email E | --mobile M | --contact-id N) --user USERNAME --reason TEXT`

Which imports carried a person, also when their files are long gone. One JSON object on stdout, words on stderr; exit 0
when all imports were looked into, 1 when some could not be, 2 for a usage error.
"""

import json
import sys
from dataclasses import dataclass
from typing import Any

from django.core.management.base import CommandError, CommandParser, OutputWrapper

from imports.management.commands.import_contacts import USAGE_ERROR, find_user
from imports.management.portal_command import PortalCommand
from imports.people.finding import BadReasonError, NotAllowedError, find_person, lines_of
from imports.provenance.person_identifiers import IdentifierKind, NoIdentifierError, PersonIdentifier
from imports.storage.artefacts import StorageUnavailableError
from portal.models import User

BAD_REASON = (
    "Give a reason of 3 to 300 characters that names no person: it is kept in the audit log, which nothing is "
    "ever removed from."
)
STDIN = "-"
_WORDS = {
    "unknown_key": "imports were not looked into: their digests were made with a key that DIGEST_KEY and "
    "ENCRYPTION_KEY no longer name",
    "being_read": "imports are still being read: ask again when they are",
    "missing": "imports were not looked into: a table that they name is not in storage",
}


@dataclass(frozen=True)
class PersonAsked:
    """Whom a command is about, who asks, and why."""

    person: PersonIdentifier
    user: User
    reason: str


def add_person_options(parser: CommandParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--email", metavar="EMAIL", help="the person's e-mail address; - reads it from stdin")
    which.add_argument("--mobile", metavar="NUMBER", help="their mobile number with its country code, +44…")
    which.add_argument("--contact-id", metavar="ID", help="Dotdigital's number of the contact")
    parser.add_argument("--user", required=True, metavar="USERNAME", help="who asks")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why, without naming the person")


def read_person_options(options: dict[str, Any]) -> PersonAsked:
    """What was given. Raises CommandError, with words that do not repeat it."""
    kind = next(kind for kind in IdentifierKind if options[kind] is not None)
    typed = sys.stdin.readline() if options[kind] == STDIN else options[kind]
    try:
        person = PersonIdentifier.read(kind, typed)
    except NoIdentifierError:
        shape = {
            IdentifierKind.EMAIL: "an e-mail address",
            IdentifierKind.MOBILE: "a mobile number with its country code, such as +447400123456",
            IdentifierKind.CONTACT_ID: "a contact id, which is a number",
        }[kind]
        raise CommandError(f"What was given is not {shape}.", returncode=USAGE_ERROR) from None
    return PersonAsked(person, find_user(options["user"]), options["reason"])


def say_what_is_left_open(left_open: dict[str, int], stderr: OutputWrapper) -> None:
    """Say on stderr what could not be looked into."""
    for name, count in left_open.items():
        if count:
            stderr.write(f"{count} {_WORDS[name]}.")


class Command(PortalCommand):
    help = "Say which imports carried a person. The search is recorded with its reason, not with the person."

    def add_arguments(self, parser: CommandParser) -> None:
        add_person_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        asked = read_person_options(options)
        try:
            found = find_person(asked.person, asked.user, asked.reason)
        except NotAllowedError:
            words = f"{asked.user.get_username()} may not look for people: managers of an account may."
            raise CommandError(words, returncode=USAGE_ERROR) from None
        except BadReasonError:
            raise CommandError(BAD_REASON, returncode=USAGE_ERROR) from None
        except StorageUnavailableError:
            raise CommandError("The storage does not answer. Nothing was looked into.") from None
        self.stdout.write(json.dumps({"jobs": lines_of(found)}, ensure_ascii=False))
        say_what_is_left_open(found.left_open, self.stderr)
        if not found.is_complete:
            sys.exit(1)
