"""`DOTDIGITAL_API_PASSWORD=... manage.py add_account NAME --endpoint URL --api-user USER [--phone-region GB]`"""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from imports.dotdigital.errors import EndpointRefusedError
from imports.dotdigital.hosts import normalise_endpoint
from imports.models import DotdigitalAccount
from portal import env


class Command(BaseCommand):
    help = (
        "Add a Dotdigital account, or change the one of that name. The password comes from the environment."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--endpoint", required=True, metavar="URL")
        parser.add_argument("--api-user", required=True, metavar="USER")
        parser.add_argument("--phone-region", default="", metavar="COUNTRY", help="for example GB")

    def handle(self, *args: Any, **options: Any) -> None:
        password = env.secret("DOTDIGITAL_API_PASSWORD")
        if not password:
            raise CommandError(
                "Set DOTDIGITAL_API_PASSWORD (or DOTDIGITAL_API_PASSWORD_FILE) to the API user's password.",
                returncode=2,
            )
        try:
            endpoint = normalise_endpoint(options["endpoint"], settings.DOTDIGITAL_EXTRA_HOSTS)
        except EndpointRefusedError as error:
            raise CommandError(f"{error.sentence} {error.remedy}", returncode=2) from None
        account = DotdigitalAccount.objects.filter(name=options["name"]).first() or DotdigitalAccount(
            name=options["name"]
        )
        account.endpoint = endpoint
        account.api_user = options["api_user"]
        account.api_password = password
        account.phone_region = options["phone_region"].upper()
        account.save()
        self.stdout.write(json.dumps({"account": account.name, "endpoint": account.endpoint}))
