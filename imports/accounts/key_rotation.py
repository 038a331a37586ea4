"""Moves what is encrypted in the database to the newest key, and says what older keys are still needed for."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Model

from imports import keyring
from imports.audit.recording import record
from imports.models import AccountSnapshot, AuditEvent, DotdigitalAccount, JobDigests
from imports.querysets import SECRETS
from imports.secrets import UnderKey, encrypt_anew, under_key
from imports.storage.key_use import files_by_key
from imports.transactions import unit_of_work

Change = Callable[[str], str]


@dataclass(frozen=True)
class SecretHolder:
    """A model whose rows hold secrets that are encrypted with ENCRYPTION_KEY.

    `fields`: those that are read. `changed(row, change)`: the fields of a row as they are when `change` is made to each
    of its secrets, "" left out. `owner(row)`: whose they are.
    """

    model: type[Model]
    fields: tuple[str, ...]
    changed: Callable[[Any, Change], dict[str, Any]]
    owner: Callable[[Any], Model]

    def rows(self) -> Iterator[Any]:
        return self.model._default_manager.order_by("pk").only(*self.fields).iterator()

    def ciphers(self, row: Any) -> list[str]:
        found: list[str] = []

        def note(cipher: str) -> str:
            found.append(cipher)
            return cipher

        self.changed(row, note)
        return found


def _changed_account(account: DotdigitalAccount, change: Change) -> dict[str, Any]:
    return {name: change(cipher) for name in SECRETS if (cipher := getattr(account, name))}


def _changed_factor(factor: Authenticator, change: Change) -> dict[str, Any]:
    """An authenticator app has a secret, recovery codes a seed or, from elsewhere, codes; a passkey has none."""
    data = dict(factor.data)
    for name in {"secret", "seed"} & data.keys():
        data[name] = change(data[name])
    if data.get("migrated_codes"):
        data["migrated_codes"] = [change(code) for code in data["migrated_codes"]]
    return {"data": data}


def _changed_snapshot(snapshot: AccountSnapshot, change: Change) -> dict[str, Any]:
    marker = snapshot.marker_encrypted
    return {"marker_encrypted": change(marker)} if marker else {}


HOLDERS = (
    SecretHolder(DotdigitalAccount, ("name", *SECRETS), _changed_account, lambda account: account),
    # Where reading an account goes on: a marker of Dotdigital's, which may hold an address.
    SecretHolder(
        AccountSnapshot, ("account", "marker_encrypted"), _changed_snapshot, lambda snapshot: snapshot.account
    ),
    SecretHolder(Authenticator, ("user", "data"), _changed_factor, lambda factor: factor.user),
)


def credentials_by_key() -> Counter[UnderKey]:
    """How many stored credentials of accounts and second factors of people are encrypted with which key."""
    return Counter(
        under_key(cipher) for holder in HOLDERS for row in holder.rows() for cipher in holder.ciphers(row)
    )


def unreadable_owners() -> list[str]:
    """The names of accounts and people with a secret that no key of the portal decrypts."""
    return [
        str(holder.owner(row))
        for holder in HOLDERS
        for row in holder.rows()
        if any(under_key(cipher) is UnderKey.UNKNOWN for cipher in holder.ciphers(row))
    ]


def rotate_credentials() -> int:
    """Encrypt every stored secret that is under an older key with the newest. How many there were.

    A row a transaction: it can be broken off and run again at any time, while the portal works. What somebody enters
    meanwhile stays, and what no key decrypts is left as it is.
    """
    return sum(
        _rotate(holder, pk)
        for holder in HOLDERS
        for pk in holder.model._default_manager.order_by("pk").values_list("pk", flat=True)
    )


def _rotate(holder: SecretHolder, pk: Any) -> int:
    count = 0

    def moved(cipher: str) -> str:
        nonlocal count
        if under_key(cipher) is not UnderKey.OLDER:
            return cipher
        count += 1
        return encrypt_anew(cipher)

    with unit_of_work():
        # Nobody writes to the row meanwhile: SQLite has one writer, PostgreSQL locks it.
        rows = holder.model._default_manager.filter(pk=pk)
        row = rows.select_for_update().only(*holder.fields).first()
        if row is None:
            return 0
        changes = holder.changed(row, moved)
        if count:
            rows.update(**changes)
            record("credentials_encrypted_anew", by=None, on=holder.owner(row), credentials=count)
        return count


def needs_older_keys() -> dict[str, int]:
    """What needs keys of ENCRYPTION_KEY that are not its first: how many audit events to be verified, digests of
    imports to be searched, and files to be read. In S3 it takes a request a file. Raises StorageUnavailableError."""
    if not has_older_keys():
        return {"audit_events": 0, "digests": 0, "files": 0}
    events, digests, files = (
        keyring.derived_ids(purpose)[1:] for purpose in (keyring.AUDIT, keyring.DIGESTS, keyring.FILES)
    )
    of_files = files_by_key()
    return {
        "audit_events": AuditEvent.objects.filter(key__in=events).count(),
        "digests": JobDigests.objects.filter(key__in=digests).count(),
        "files": sum(of_files[key_id] for key_id in files),
    }


def has_older_keys() -> bool:
    """Whether ENCRYPTION_KEY names more than the one that encrypts."""
    return len(settings.ENCRYPTION_KEYS) > 1
