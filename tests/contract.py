"""The API's contract, and whether a request body keeps it.

The contract is `api/openapi.yaml` of the folder `shared` that stands beside the checkout. Where there is none,
nothing can be held against it: `test_contract.py` then says so, as a test that was skipped.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker

CONTRACT = Path(__file__).resolve().parents[2] / "shared" / "api" / "openapi.yaml"
VIOLATIONS_VARIABLE = "PORTAL_TEST_VIOLATIONS"
"""Names the file that sandboxes write what breaks the contract to, a line each."""

MAX_TOLD = 10
_FORMATS = ("date-time", "uri", "ipv4", "ipv6")
_BITS = {"int32": 32, "int64": 64}


class DuplicateKeyError(ValueError):
    """An object of a body has a key twice."""


def is_known() -> bool:
    """Whether there is a contract on this machine."""
    return CONTRACT.exists()


def violations(body: bytes) -> list[str]:
    """What in the body of an import call breaks the contract; at most MAX_TOLD of it. Nothing without a contract."""
    if not is_known():
        return []
    try:
        content = json.loads(body.decode(), object_pairs_hook=_object)
    except ValueError as error:
        return [f"not JSON: {error}"]
    found = (f"{error.json_path}: {error.message}" for error in _validator().iter_errors(content))
    told = [line for line, _ in zip(found, range(MAX_TOLD), strict=False)]
    return told or list(_unmatched(content))


def assert_contract(body: bytes) -> None:
    """Fails when the body of an import call breaks the contract."""
    assert not (found := violations(body)), "\n".join(found)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise DuplicateKeyError(f"a key is there twice among {sorted(key for key, _ in pairs)}")
    return found


def _unmatched(content: dict[str, Any]) -> Iterator[str]:
    """What the contract says in words alone: the match identifier is one of the contact's identifiers."""
    for place, contact in enumerate(content["contacts"]):
        if contact["matchIdentifier"] not in contact["identifiers"]:
            yield f"$.contacts[{place}].matchIdentifier: {contact['matchIdentifier']} is no key of identifiers"


@cache
def _validator() -> Draft202012Validator:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document = yaml.load(CONTRACT.read_text(encoding="utf-8"), Loader=loader)
    schema = {"$ref": "#/components/schemas/ImportRequest", "components": document["components"]}
    return Draft202012Validator(schema, format_checker=_format_checker())


def _format_checker() -> FormatChecker:
    missing = set(_FORMATS) - set(FormatChecker.checkers)
    assert not missing, f"jsonschema lacks the packages to check {sorted(missing)}"
    checker = FormatChecker(formats=_FORMATS)
    for name, bits in _BITS.items():
        limit = 2 ** (bits - 1)
        checker.checks(name)(lambda value, limit=limit: not isinstance(value, int) or -limit <= value < limit)
    return checker
