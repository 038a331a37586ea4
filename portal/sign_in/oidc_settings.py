"""Where people sign in by single sign-on: allauth's settings of the one OpenID Connect provider. Loaded by settings."""

import hashlib
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def provider_id(issuer: str) -> str:
    """What links of people to their accounts there go by: another issuer's people are other people."""
    return f"sso-{hashlib.sha256(issuer.encode()).hexdigest()[:8]}"


def oidc_providers(issuer: str, client_id: str, secret: str, scopes: list[str]) -> dict[str, Any]:
    """SOCIALACCOUNT_PROVIDERS; empty without an `issuer`. Raises ImproperlyConfigured for half a provider, and for one
    whose answers would come over the network in plain."""
    if not issuer:
        return {}
    if not (client_id and secret):
        raise ImproperlyConfigured("OIDC_ISSUER is set: set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET too.")
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ImproperlyConfigured(f"OIDC_ISSUER is {issuer!r}; it must begin with https.")
    app = {
        "provider_id": provider_id(issuer),
        "name": "OpenID Connect",
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": issuer, "scope": scopes},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
