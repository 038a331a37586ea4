"""Runs tests on a real S3 service: `python -m tests.s3 pytest -m pipeline tests/delivery/test_deliver.py`.

Those that open what is stored as files of this machine cannot pass on it.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.environment import STORAGE_URL_VARIABLE
from tests.s3_process import running_s3


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="portal-s3-") as directory, running_s3(Path(directory)) as server:
        sys.stdout.write(f"S3: {server.url}\n")
        sys.stdout.flush()
        environ = {**os.environ, STORAGE_URL_VARIABLE: server.url}
        return subprocess.run([sys.executable, "-m", *sys.argv[1:]], env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
