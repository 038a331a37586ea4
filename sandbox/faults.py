"""Fault switches: rules that make the sandbox, or the way to it, go wrong on purpose.

`POST /sandbox/faults` takes a list of rules in the place of all before. Each call is held against them in their
order; the first that matches, has let pass what it is to `skip`, and has `times` left is carried out.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

IMPORT, STATUS, ACCOUNT, ANY, PROCESSING, REPORT = CALLS = (
    *("import", "status", "account", "any", "processing", "report"),
)
BEFORE, AFTER = MOMENTS = ("before", "after")


class RuleError(ValueError):
    """What was given is no rule."""


@dataclass
class Rule:
    """One switch. `call` is one of CALLS; `times` None means for ever; `contains` and `min_bytes` narrow the imports
    that it is about; `moment` "after": the call is really carried out, and only its answer goes wrong. `seconds`,
    `status` and `answer` are for the faults that need them. `seen` counts calls that matched, `hits` those it was
    carried out for, from the moment at which that began."""

    call: str
    fault: str
    times: int | None = 1
    skip: int = 0
    moment: str = BEFORE
    seconds: float = 0.0
    contains: str = ""
    min_bytes: int = 0
    status: str = ""
    answer: dict[str, Any] = field(default_factory=dict)
    seen: int = 0
    hits: int = 0

    @classmethod
    def from_json(cls, content: Any) -> "Rule":
        """Raises RuleError."""
        if not isinstance(content, dict):
            raise RuleError("a rule is an object")
        given = {_NAMES.get(str(name), str(name)): value for name, value in content.items()}
        if unknown := sorted(given.keys() - cls.__dataclass_fields__.keys() - {"seen", "hits"}):
            raise RuleError(f"a rule has no {unknown[0]}")
        if given.get("call") not in CALLS or given.get("moment", BEFORE) not in MOMENTS:
            raise RuleError("call or moment is not known")
        if not isinstance(given.get("fault"), str):
            raise RuleError("a rule names its fault")
        return cls(**given)

    def content(self) -> dict[str, Any]:
        return {"call": self.call, "fault": self.fault, "seen": self.seen, "hits": self.hits}

    def is_about(self, call: str, body: bytes, size: int) -> bool:
        if self.call != call and not (self.call == ANY and call in {IMPORT, STATUS, ACCOUNT}):
            return False
        return size >= self.min_bytes and self.contains.encode() in body


_NAMES = {"minBytes": "min_bytes"}


class Faults:
    """The rules in force; asked by many connections at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[Rule] = []

    def replace(self, rules: Sequence[Rule]) -> None:
        with self._lock:
            self._rules = list(rules)

    def content(self) -> list[dict[str, Any]]:
        with self._lock:
            return [rule.content() for rule in self._rules]

    def take(
        self, call: str, names: frozenset[str], body: bytes = b"", size: int | None = None
    ) -> Rule | None:
        """The rule to be carried out for a `call`, of those whose fault is one of `names`; it is then counted."""
        with self._lock:
            for rule in self._rules:
                if rule.fault not in names or not rule.is_about(
                    call, body, len(body) if size is None else size
                ):
                    continue
                rule.seen += 1
                if rule.seen > rule.skip and (rule.times is None or rule.hits < rule.times):
                    rule.hits += 1
                    return rule
        return None
