"""`DOTDIGITAL_API_PASSWORD=... manage.py add_account NAME --endpoint URL --api-user USER [--phone-region GB]`"""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from imports.accounts.catalogue import request_refresh
from imports.dotdigital.errors import EndpointRefusedError
from imports.dotdigital.hosts import normalise_endpoint
from imports.management.portal_command import PortalCommand
from imports.models import DotdigitalAccount
from portal import env

SET_BY_COMMAND = ("endpoint", "api_user", "api_password_encrypted", "phone_region")


class Command(PortalCommand):
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
        given = DotdigitalAccount(
            name=options["name"],
            endpoint=endpoint,
            api_user=options["api_user"],
            phone_region=options["phone_region"].upper(),
        )
        given.api_password = password
        changes = {name: getattr(given, name) for name in SET_BY_COMMAND}
        before = DotdigitalAccount.objects.filter(name=given.name).first()
        if before and before.endpoint != given.endpoint and before.integration_token_encrypted:
            raise CommandError(
                f"{before} has an integration token, which was entered for {before.endpoint}. Change the endpoint in "
                "the admin pages, where the token is entered again or removed.",
                returncode=2,
            )
        is_another = before is None or (before.endpoint, before.api_user) != (given.endpoint, given.api_user)
        account, _ = DotdigitalAccount.objects.update_or_create(name=given.name, defaults=changes)
        request_refresh(account, is_another=is_another)
        self.stdout.write(json.dumps({"account": account.name, "endpoint": account.endpoint}))
