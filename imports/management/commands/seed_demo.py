"""Creates the demo's users and its account at a sandbox. Running it again changes only the endpoint."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from imports import demo
from imports.models import DotdigitalAccount, Membership
from portal.models import User


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--endpoint", required=True, help="where the sandbox listens, http://host:port")

    @transaction.atomic
    def handle(self, *args: Any, endpoint: str, verbosity: int, **options: Any) -> None:
        account = seed_account(endpoint)
        for person in demo.DEMO_USERS:
            seed_user(person, account)
        if verbosity:
            self.stderr.write(f"The demo account is at {endpoint}.")


def seed_account(endpoint: str) -> DotdigitalAccount:
    """The demo account, pointed at `endpoint`; otherwise left as it is, or made if it is missing."""
    account = DotdigitalAccount.objects.filter(name=demo.ACCOUNT_NAME).first()
    if account is None:
        account = DotdigitalAccount(
            name=demo.ACCOUNT_NAME, api_user=demo.API_USER, phone_region=demo.PHONE_REGION
        )
        account.api_password = demo.API_PASSWORD
    account.endpoint = endpoint
    account.save()
    return account


def seed_user(person: demo.DemoUser, account: DotdigitalAccount) -> None:
    """`person` as a user and a member of `account`; a user of that name who exists is left alone."""
    if User.objects.filter(username=person.username).exists():
        return
    create = User.objects.create_superuser if person.is_admin else User.objects.create_user
    user = create(
        username=person.username,
        password=person.password,
        first_name=person.first_name,
        last_name=person.last_name,
    )
    role = Membership.Role.MANAGER if person.is_admin else Membership.Role.MEMBER
    Membership.objects.create(account=account, user=user, role=role)
