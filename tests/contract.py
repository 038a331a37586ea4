"""The API's contract, and whether a request body or an answer keeps it.

The contract is `import_contract.json`, a JSON Schema of the import call: its body, and the answers to it and to
a poll. Where `PORTAL_TEST_OPENAPI` names an OpenAPI description of the API, bodies are held against its
`ImportRequest` as well.
"""

import json
import os
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker

CONTRACT = Path(__file__).with_name("import_contract.json")
OPENAPI_VARIABLE = "PORTAL_TEST_OPENAPI"
VIOLATIONS_VARIABLE = "PORTAL_TEST_VIOLATIONS"
"""Names the file that sandboxes write what breaks the contract to, a line each."""

MAX_TOLD = 10
_FORMATS = ("date-time", "uri", "ipv4", "ipv6")
_BITS = {"int32": 32, "int64": 64}


class DuplicateKeyError(ValueError):
    """An object of a body has a key twice."""


def violations(body: bytes) -> list[str]:
    """What in the body of an import call breaks the contract; at most MAX_TOLD of it."""
    try:
        content = json.loads(body.decode(), object_pairs_hook=_object)
    except ValueError as error:
        return [f"not JSON: {error}"]
    told = [line for validator in _body_validators() for line in _errors(validator, content)]
    return told[:MAX_TOLD] or list(_unmatched(content))


def answer_violations(content: Any, part: str) -> list[str]:
    """What in an answer breaks the contract's `part`, such as "accepted" or "status"; at most MAX_TOLD of it."""
    contract = load_contract()
    return list(_errors(_validator({**contract, "$ref": f"#/$defs/{part}"}), content))


def load_contract() -> dict[str, Any]:
    """The contract as it is written."""
    return json.loads(CONTRACT.read_text(encoding="utf-8"))


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


def _errors(validator: Draft202012Validator, content: Any) -> Iterator[str]:
    found = (f"{error.json_path}: {error.message}" for error in validator.iter_errors(content))
    return islice(found, MAX_TOLD)


@cache
def _body_validators() -> tuple[Draft202012Validator, ...]:
    schemas = [load_contract()]
    if further := os.environ.get(OPENAPI_VARIABLE):
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        document = yaml.load(Path(further).read_text(encoding="utf-8"), Loader=loader)
        reference = "#/components/schemas/ImportRequest"
        schemas.append({"$ref": reference, "components": document["components"]})
    return tuple(map(_validator, schemas))


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(schema, format_checker=_format_checker())


@cache
def _format_checker() -> FormatChecker:
    missing = set(_FORMATS) - set(FormatChecker.checkers)
    assert not missing, f"jsonschema lacks the packages to check {sorted(missing)}"
    checker = FormatChecker(formats=_FORMATS)
    for name, bits in _BITS.items():
        limit = 2 ** (bits - 1)
        checker.checks(name)(lambda value, limit=limit: not isinstance(value, int) or -limit <= value < limit)
    return checker
