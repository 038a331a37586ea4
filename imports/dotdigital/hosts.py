"""Where credentials and contacts may be sent: Dotdigital's regional hosts, and hosts the caller names.

Source: the vendor's page on API endpoints (r1 Europe, r2 North America, r3 Asia Pacific).
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from imports.dotdigital.errors import EndpointRefusedError

REGIONAL_HOSTS = ("r1-api.dotdigital.com", "r2-api.dotdigital.com", "r3-api.dotdigital.com")
DISCOVERY_ENDPOINT = f"https://{REGIONAL_HOSTS[0]}"

DEFAULT_PORTS = {"https": 443, "http": 80}


def normalise_endpoint(endpoint: str, extra_hosts: Iterable[str] = ()) -> str:
    """The endpoint as `scheme://host` or `scheme://host:port`, in lower case, without the default port.

    `extra_hosts` are `host:port`, or `host` for the default ports. The regional hosts are https only, extra
    hosts may be http. Without a scheme, https is meant. Idempotent. Raises EndpointRefusedError for anything
    else, and ValueError when an extra host cannot be read.
    """
    extras = {read_host_port(entry) for entry in extra_hosts if entry.strip()}
    text = endpoint.strip()
    if "://" not in text:
        text = f"https://{text}"
    # Parsers disagree about these characters: what one takes for the host, another takes for the path.
    if not text.isascii() or not text.isprintable() or set(text) & set(" \\@?#"):
        raise EndpointRefusedError(code="malformed")
    try:
        parts = urlsplit(text)
        host, given_port = parts.hostname or "", parts.port
    except ValueError:
        host, given_port = "", None
    if not host or parts.scheme not in DEFAULT_PORTS or parts.path not in ("", "/"):
        raise EndpointRefusedError(code="malformed")

    default_port = DEFAULT_PORTS[parts.scheme]
    port = default_port if given_port is None else given_port
    if host in REGIONAL_HOSTS:
        if (parts.scheme, port) != ("https", 443):
            raise EndpointRefusedError(code="notHttps")
    elif (host, port) not in extras and (port != default_port or (host, None) not in extras):
        raise EndpointRefusedError(code="unknownHost")
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}" if port == default_port else f"{parts.scheme}://{name}:{port}"


def is_regional(endpoint: str, extra_hosts: Iterable[str] = ()) -> bool:
    """Whether a normalised `endpoint` is one of Dotdigital's own that the caller does not vouch for."""
    host = urlsplit(endpoint).hostname
    extras = {read_host_port(entry)[0] for entry in extra_hosts if entry.strip()}
    return host in REGIONAL_HOSTS and host not in extras


def read_host_port(entry: str) -> tuple[str, int | None]:
    """`host:port` or `host` taken apart, the host in lower case. Raises ValueError when it is neither."""
    text = entry.strip()
    parts = urlsplit(f"//{text}")
    host, port = parts.hostname or "", parts.port
    if not host or not text.isascii() or set(text) & set(" \\@?#/"):
        raise ValueError(f"not a host:port pair: {entry!r}")
    return host, port
