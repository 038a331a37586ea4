"""What people are to an account. Each role may do all that those before it may.

| Role | What it may do, beside what those before it may |
| --- | --- |
| viewer | look at imports, as far as the account shows them to its members |
| uploader | import, act on their own imports, download |
| approver | see all imports of the account, and approve them |
| manager | act on all imports, pause the account, make data fields and lists in it, say who its members are |
"""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy


class AccountRole(models.TextChoices):
    """The roles, the one that may least first."""

    VIEWER = "viewer", gettext_lazy("Viewer")
    UPLOADER = "uploader", gettext_lazy("Uploader")
    APPROVER = "approver", gettext_lazy("Approver")
    MANAGER = "manager", gettext_lazy("Manager")


ORDER = tuple(AccountRole)


def at_least(role: AccountRole) -> tuple[AccountRole, ...]:
    """`role`, and those that may more."""
    return ORDER[ORDER.index(role) :]


def highest(roles: Iterable[str]) -> AccountRole | None:
    """The one of `roles` that may most; None when there is none."""
    return max((AccountRole(role) for role in roles), key=ORDER.index, default=None)
