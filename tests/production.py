"""Runs Python with production settings and throwaway keys: `python -m tests.production manage.py check`.

HTTPS and hosts are set as behind a real name, data goes to a temporary directory.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.environment import isolated_environment


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="portal-production-") as directory:
        environ = {
            **os.environ,
            **isolated_environment(Path(directory)),
            "HTTPS": "1",
            "ALLOWED_HOSTS": "imports.example.com",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }
        return subprocess.run([sys.executable, *sys.argv[1:]], env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
