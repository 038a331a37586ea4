"""Moves stored credentials to the newest key, and says which keys what is stored still needs."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from django.conf import settings

from imports import keyring
from imports.accounts.factor_rotation import factor_ciphers, rotate_factors
from imports.audit.recording import record
from imports.models import AuditEvent, DotdigitalAccount
from imports.querysets import SECRETS
from imports.secrets import UnderKey, encrypt_anew, under_key
from imports.transactions import unit_of_work


def credentials_by_key() -> Counter[UnderKey]:
    """How many stored credentials, of accounts and of people's second factors, are encrypted with which key."""
    of_accounts = (under_key(cipher) for account in _accounts() for cipher in _stored(account).values())
    return Counter(chain(of_accounts, (under_key(cipher) for _, cipher in factor_ciphers())))


def unreadable_accounts() -> list[str]:
    """The names of accounts, and of people, with a credential that no key of the portal decrypts."""
    people = {name for name, cipher in factor_ciphers() if under_key(cipher) is UnderKey.UNKNOWN}
    return [
        *sorted(people),
        *_unreadable_accounts(),
    ]


def _unreadable_accounts() -> list[str]:
    return [
        account.name
        for account in _accounts()
        if any(under_key(cipher) is UnderKey.UNKNOWN for cipher in _stored(account).values())
    ]


def rotate_credentials() -> int:
    """Encrypt every stored credential that is under an older key with the newest. How many there were.

    An account a transaction: it can be broken off and run again at any time, while the portal works. What somebody
    enters meanwhile stays, and what no key decrypts is left as it is.
    """
    accounts = DotdigitalAccount.objects.order_by("pk").values_list("pk", flat=True)
    return sum(_rotate(pk) for pk in accounts) + rotate_factors()


def _rotate(pk: int) -> int:
    with unit_of_work():
        account = DotdigitalAccount.objects.filter(pk=pk).only("name", *SECRETS).first()
        if account is None:
            return 0
        before = {
            name: cipher for name, cipher in _stored(account).items() if under_key(cipher) is UnderKey.OLDER
        }
        after = {name: encrypt_anew(cipher) for name, cipher in before.items()}
        if not after or not DotdigitalAccount.objects.filter(pk=pk, **before).update(**after):
            return 0
        record("credentials_encrypted_anew", by=None, on=account, credentials=len(after))
        return len(after)


def audit_events_under_older_keys() -> int:
    """How many audit events can be verified only by keys of ENCRYPTION_KEY that are not its first."""
    older = keyring.derived_ids(keyring.AUDIT)[1:]
    return AuditEvent.objects.filter(key__in=older).count() if older else 0


def has_older_keys() -> bool:
    """Whether ENCRYPTION_KEY names more than the one that encrypts."""
    return len(settings.ENCRYPTION_KEYS) > 1


def _accounts() -> Iterator[DotdigitalAccount]:
    return DotdigitalAccount.objects.order_by("pk").only("name", *SECRETS).iterator()


def _stored(account: DotdigitalAccount) -> dict[str, str]:
    """The encrypted credentials of `account` by field; what it has none of is left out."""
    return {name: cipher for name in SECRETS if (cipher := getattr(account, name))}
