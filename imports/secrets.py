"""Credentials at rest: encrypted with the portal's keys, readable only where a call to Dotdigital is made."""

from enum import Enum
from typing import ClassVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from imports.dotdigital.errors import About, Helps, Meaning
from imports.messages import Message
from imports.reasons import CATALOGUE


class SecretUnreadableError(Exception):
    """A stored credential was encrypted with a key that the portal no longer has."""

    reason: ClassVar[Message] = Message("secret_unreadable")
    meaning: ClassVar[Meaning] = Meaning("secret_unreadable", Helps.A_PERSON, About.ACCOUNT)
    may_have_been_accepted: ClassVar[bool] = False
    retry_after_seconds: ClassVar[float | None] = None

    @property
    def sentence(self) -> str:
        """What is wrong, for people."""
        return CATALOGUE.sentence(self.reason)

    @property
    def remedy(self) -> str:
        """What to do, for people."""
        return CATALOGUE.remedy(self.reason)

    def __str__(self) -> str:
        return self.sentence


class UnderKey(Enum):
    """Which key something is encrypted with."""

    NEWEST = "newest"
    OLDER = "older"
    UNKNOWN = "unknown"


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])


def encrypt(plain: str) -> str:
    """`plain`, encrypted with the newest key; "" stays ""."""
    return _fernet().encrypt(plain.encode()).decode() if plain else ""


def decrypt(cipher: str, max_age_seconds: int | None = None) -> str:
    """What `encrypt` was given. Raises SecretUnreadableError if none of the keys fits, or if it is older than that."""
    if not cipher:
        return ""
    try:
        return _fernet().decrypt(cipher.encode(), ttl=max_age_seconds).decode()
    except InvalidToken:
        raise SecretUnreadableError from None


def under_key(cipher: str) -> UnderKey:
    """Which key `cipher`, which is not "", was encrypted with."""
    for number, key in enumerate(settings.ENCRYPTION_KEYS):
        try:
            Fernet(key).decrypt(cipher.encode())
        except InvalidToken:
            continue
        return UnderKey.OLDER if number else UnderKey.NEWEST
    return UnderKey.UNKNOWN


def encrypt_anew(cipher: str) -> str:
    """What `cipher` holds, encrypted with the newest key; it is as old as before. Raises SecretUnreadableError."""
    try:
        return _fernet().rotate(cipher.encode()).decode()
    except InvalidToken:
        raise SecretUnreadableError from None
