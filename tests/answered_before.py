"""Reading, profiling and checking the same file in the same way is done once a session, for tests of what comes after.

They are functions of what they are given, and have tests of their own. What they say and the tables they write is kept,
by the content of what they read and by all else they are asked; what raises is done again.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from imports.children.asking import ask_child
from imports.contacts import guarded_check
from imports.files import guarded_reading

_READ = frozenset({"source", "staged", "overlay"})
_WRITTEN = frozenset({"target", "excerpt", "prepared", "issues", "repaired"})
_KEPT_TASKS = frozenset({"stage", "check"})


class AnsweredBefore:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._answers: dict[str, Any] = {}

    def ask_child(
        self,
        module: str,
        request: Mapping[str, Any],
        limits: Any,
        progress: Callable[[int], None] | None = None,
    ) -> Any:
        """What `imports.children.asking.ask_child` answers, and writes."""
        if request["task"] not in _KEPT_TASKS:
            return ask_child(module, dict(request), limits, progress)
        asked = {
            name: _digest(Path(value)) if name in _READ and value else value
            for name, value in request.items()
            if name not in _WRITTEN
        }
        written = {name: Path(request[name]) for name in sorted(_WRITTEN & request.keys()) if request[name]}
        key = _key(module, asked, asdict(limits), list(written))
        if key not in self._answers:
            answer = ask_child(module, dict(request), limits, progress)
            for name, path in written.items():
                shutil.copy(path, self._folder / f"{key}-{name}")
            self._answers[key] = json.dumps(answer)
        else:
            for name, path in written.items():
                shutil.copy(self._folder / f"{key}-{name}", path)
        return json.loads(self._answers[key])


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _key(*asked: Any) -> str:
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


@pytest.fixture(scope="session")
def answered_before(tmp_path_factory: pytest.TempPathFactory) -> AnsweredBefore:
    return AnsweredBefore(tmp_path_factory.mktemp("answered"))


@pytest.fixture
def files_are_read_once(answered_before: AnsweredBefore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that many tests begin with are read and checked for the first of them."""
    monkeypatch.setattr(guarded_reading, "ask_child", answered_before.ask_child)
    monkeypatch.setattr(guarded_check, "ask_child", answered_before.ask_child)
