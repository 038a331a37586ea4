"""Creates the demo's users and its accounts at a sandbox, once: in a database that has neither users nor accounts.

In any other it makes nobody. It lets the demo's accounts follow a sandbox that has moved, and with --random-passwords
it replaces public passwords of the demo, whatever the users are called by now. Prints one JSON object: who can sign in
with which password, of those that are public or were made just now.
"""

import ipaddress
import json
import secrets
from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.hashers import check_password
from django.utils import timezone

from imports.audit.recording import record
from imports.management import demo
from imports.management.portal_command import PortalCommand
from imports.models import AccountCatalogue, DotdigitalAccount, Membership
from imports.transactions import unit_of_work
from portal.models import User

PASSWORD_BYTES = 12
PUBLIC_PASSWORDS = tuple(person.password for person in demo.DEMO_USERS)


class Command(PortalCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--endpoint", required=True, help="where the sandbox listens, http://host:port")
        parser.add_argument(
            "--random-passwords",
            action="store_true",
            help="for a portal that other machines can reach: no user keeps a password of the demo",
        )

    def handle(
        self, *args: Any, endpoint: str, random_passwords: bool, verbosity: int, **options: Any
    ) -> None:
        with unit_of_work():
            if is_empty():
                sign_ins = seed(endpoint, random_passwords)
            else:
                follow_sandbox(endpoint)
                sign_ins = replace_public_passwords() if random_passwords else public_sign_ins()
        self.stdout.write(json.dumps({"sign_ins": [{"username": n, "password": p} for n, p in sign_ins]}))
        if verbosity:
            self.stderr.write(f"The demo accounts are at {endpoint}.")


def is_empty() -> bool:
    """Whether nobody has begun to use this database."""
    return not (User.objects.exists() or DotdigitalAccount.objects.exists())


def seed(endpoint: str, random_passwords: bool) -> list[tuple[str, str]]:
    """Make the demo's accounts and users; their names and passwords."""
    accounts = [seed_account(name, endpoint) for name in demo.ACCOUNTS]
    sign_ins = []
    for person in demo.DEMO_USERS:
        password = secrets.token_urlsafe(PASSWORD_BYTES) if random_passwords else person.password
        seed_user(person, accounts, password)
        sign_ins.append((person.username, password))
    return sign_ins


def seed_account(name: str, endpoint: str) -> DotdigitalAccount:
    """The account of the demo that is called `name`, at `endpoint`."""
    account = DotdigitalAccount(
        name=name,
        approval_rules=demo.ACCOUNTS[name],
        api_user=demo.API_USER,
        phone_region=demo.PHONE_REGION,
        endpoint=endpoint,
    )
    account.api_password = demo.API_PASSWORD
    account.save()
    AccountCatalogue.objects.create(account=account, asked_at=timezone.now())
    return account


def seed_user(person: demo.DemoUser, accounts: list[DotdigitalAccount], password: str) -> None:
    """`person` as a user and a member of `accounts`."""
    create = User.objects.create_superuser if person.is_admin else User.objects.create_user
    user = create(
        username=person.username,
        password=password,
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
    )
    for account in accounts:
        Membership.objects.create(account=account, user=user, role=person.role)


def follow_sandbox(endpoint: str) -> None:
    """Point the demo's accounts at `endpoint`, except for one that somebody has made an account of something else."""
    for account in DotdigitalAccount.objects.filter(name__in=demo.ACCOUNTS, api_user=demo.API_USER):
        if _is_on_this_machine(account.endpoint) and account.endpoint != endpoint:
            DotdigitalAccount.objects.filter(pk=account.pk).update(endpoint=endpoint)
            moved = {"was": account.endpoint, "is": endpoint}
            record("account_changed", by=None, on=account, endpoint=moved)


def public_sign_ins() -> list[tuple[str, str]]:
    """Of the demo's users, those who still have their name and password."""
    passwords = {person.username: person.password for person in demo.DEMO_USERS}
    users = User.objects.filter(username__in=passwords, is_active=True).order_by("pk")
    return [
        (user.username, passwords[user.username])
        for user in users
        if check_password(passwords[user.username], user.password)
    ]


def replace_public_passwords() -> list[tuple[str, str]]:
    """Give every user whose password is one of the demo's a random one; their names and new passwords."""
    replaced = []
    for user in User.objects.order_by("pk"):
        if any(check_password(public, user.password) for public in PUBLIC_PASSWORDS):
            password = secrets.token_urlsafe(PASSWORD_BYTES)
            user.set_password(password)
            user.save(update_fields=["password"])
            replaced.append((user.username, password))
    return replaced


def _is_on_this_machine(endpoint: str) -> bool:
    host = urlsplit(endpoint).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
