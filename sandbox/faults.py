"""Fault switches: rules that make the sandbox, or the way to it, go wrong on purpose.

`POST /sandbox/faults` takes a list of rules in the place of all before. Each call is held against them in their
order; the first that matches, has let pass what it is to `skip`, and has `times` left is carried out. They are kept
in memory alone. `fault_answers.py` and `report_faults.py` have the faults there are.
"""

import random
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

IMPORT, STATUS, ACCOUNT, CONTACTS, DELETE, DELETE_STATUS = HTTP_CALLS = (
    *("import", "status", "account", "contacts", "delete", "deleteStatus"),
)
ANY, PROCESSING, REPORT, PAGE = OTHERS = ("any", "processing", "report", "page")
CALLS = (*HTTP_CALLS, *OTHERS)
BEFORE, AFTER = MOMENTS = ("before", "after")
MAX_SECONDS = 86_400


class RuleError(ValueError):
    """What was given is no rule."""


@dataclass
class Rule:
    """One switch. `call` is one of CALLS; `times` None means for ever; `contains` and `min_bytes` narrow the imports
    that it is about; `moment` "after": the call is really carried out, and only its answer goes wrong. `seconds`,
    `status` and `answer` are for the faults that need them. `seen` counts calls that matched, `taken` those it is
    for, and `hits` those of them with which the fault has begun.

    A rule for a part of the calls says which: every `every`-th, or the `share` of them (0 to 1) that dice with `seed`
    choose. The others go on to the rules after it."""

    call: str
    fault: str
    times: int | None = 1
    skip: int = 0
    moment: str = BEFORE
    seconds: float | None = None
    contains: str = ""
    min_bytes: int = 0
    every: int = 1
    share: float = 1.0
    seed: int = 0
    status: str = ""
    answer: dict[str, Any] = field(default_factory=dict)
    seen: int = 0
    taken: int = 0
    hits: int = 0

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311

    @classmethod
    def from_json(cls, content: Any) -> "Rule":
        """Raises RuleError."""
        if not isinstance(content, dict):
            raise RuleError("a rule is an object")
        for name, value in content.items():
            if name not in _KEYS:
                raise RuleError(f"a rule has no {name}")
            if not _KEYS[name](value):
                raise RuleError(f"{value!r} is no {name} of a rule")
        if missing := [name for name in ("call", "fault") if name not in content]:
            raise RuleError(f"a rule needs a {missing[0]}")
        given: dict[str, Any] = {_NAMES.get(str(name), str(name)): value for name, value in content.items()}
        return cls(**given)

    def content(self) -> dict[str, Any]:
        given = {name: getattr(self, _NAMES.get(name, name)) for name in _KEYS}
        return {**given, "seen": self.seen, "hits": self.hits}

    def is_about(self, call: str, body: bytes, size: int) -> bool:
        if self.call != call and not (self.call == ANY and call in HTTP_CALLS):
            return False
        return size >= self.min_bytes and self.contains.encode() in body

    def is_due(self) -> bool:
        """Asked once for each call that it is about."""
        is_chosen = self._dice.random() < self.share and (self.seen - self.skip) % self.every == 0
        return is_chosen and self.seen > self.skip and (self.times is None or self.taken < self.times)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_seconds(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MAX_SECONDS


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


_KEYS: Mapping[str, Callable[[Any], bool]] = {
    "call": lambda value: value in CALLS,
    "fault": _is_text,
    "times": lambda value: value is None or _is_count(value),
    "skip": _is_count,
    "moment": lambda value: value in MOMENTS,
    "seconds": lambda value: value is None or _is_seconds(value),
    "contains": _is_text,
    "minBytes": _is_count,
    "every": lambda value: _is_count(value) and value > 0,
    "share": lambda value: _is_seconds(value) and value <= 1,
    "seed": _is_count,
    "status": _is_text,
    "answer": lambda value: isinstance(value, dict),
}
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

    def reserve(
        self,
        call: str,
        names: frozenset[str],
        body: bytes = b"",
        size: int | None = None,
        moment: str = BEFORE,
    ) -> Rule | None:
        """The rule to be carried out for a `call`, of those for that `moment` whose fault is one of `names`; it
        begins when `begin` is called."""
        length = len(body) if size is None else size
        with self._lock:
            for rule in self._rules:
                if rule.fault not in names or rule.moment != moment or not rule.is_about(call, body, length):
                    continue
                rule.seen += 1
                if rule.is_due():
                    rule.taken += 1
                    return rule
        return None

    def begin(self, rule: Rule) -> None:
        """Count that the fault of a reserved rule begins."""
        with self._lock:
            rule.hits += 1

    def take(self, call: str, names: frozenset[str], body: bytes = b"", moment: str = BEFORE) -> Rule | None:
        """The rule to be carried out for a `call`, as in `reserve`; it begins with this."""
        rule = self.reserve(call, names, body, moment=moment)
        if rule is not None:
            self.begin(rule)
        return rule
