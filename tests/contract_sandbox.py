"""The sandbox as it is, but for one thing: it writes down what of the bodies it is given breaks the API's contract.

`run` takes the sandbox's own options from the command line (`tests.sandbox_template`). Bodies that reach it come from
wherever a test has contacts sent: its own process, or workers.
"""

import os
import sys
from pathlib import Path

from sandbox.__main__ import main
from sandbox.intake import Intake
from tests.contract import VIOLATIONS_VARIABLE, violations


class WatchingIntake(Intake):
    """Takes calls in after holding them against the contract."""

    def accept(self, body: bytes) -> str:
        if found := violations(body):
            with Path(os.environ[VIOLATIONS_VARIABLE]).open("a", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in found)
        return super().accept(body)


def run() -> int:
    sys.modules["sandbox.__main__"].Intake = WatchingIntake  # type: ignore[attr-defined]
    return main()
