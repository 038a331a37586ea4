"""Secrets of people's second factors: encrypted with the key of credentials, they move to the newest like those."""

from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from imports.audit.recording import record
from imports.secrets import UnderKey, encrypt_anew, under_key
from imports.transactions import unit_of_work

SECRETS_OF_FACTORS = ("secret", "seed")
"""Of an authenticator app, and of recovery codes. A passkey has none here."""


def factor_ciphers() -> Iterator[tuple[str, str]]:
    """Whose each encrypted secret is, by their names, and the secret."""
    for factor in _factors().select_related("user").iterator():
        yield from ((factor.user.get_username(), cipher) for cipher in _stored(factor).values())


def rotate_factors() -> int:
    """Encrypt every such secret that is under an older key with the newest. How many there were."""
    return sum(_rotate(pk) for pk in _factors().values_list("pk", flat=True))


def _rotate(pk: int) -> int:
    with unit_of_work():
        factor = Authenticator.objects.select_for_update().filter(pk=pk).first()
        if factor is None:
            return 0
        older = {
            name: cipher for name, cipher in _stored(factor).items() if under_key(cipher) is UnderKey.OLDER
        }
        if older:
            factor.data |= {name: encrypt_anew(cipher) for name, cipher in older.items()}
            factor.save(update_fields=["data"])
            record("credentials_encrypted_anew", by=None, on=factor.user, credentials=len(older))
        return len(older)


def _factors() -> QuerySet[Authenticator]:
    return Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk")


def _stored(factor: Authenticator) -> dict[str, str]:
    return {name: factor.data[name] for name in SECRETS_OF_FACTORS if factor.data.get(name)}
