"""portal.settings in the tests' own environment: temporary data directory, throwaway keys, own servers."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests.environment import DATABASE_URL_VARIABLE, STORAGE_KEYS, STORAGE_URL_VARIABLE, isolated_environment

_directory = Path(tempfile.mkdtemp(prefix="portal-tests-"))
atexit.register(shutil.rmtree, _directory, ignore_errors=True)

os.environ.update(isolated_environment(_directory))
os.environ["DATABASE_URL"] = os.environ.get(DATABASE_URL_VARIABLE, "")
if storage_url := os.environ.get(STORAGE_URL_VARIABLE):
    os.environ.update({"STORAGE_URL": storage_url, **STORAGE_KEYS})
# Playwright's synchronous API keeps an event loop running in the tests' thread, where Django would refuse
# to use the database. No test of this suite uses the database from a coroutine.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

from portal.settings import *  # noqa: E402, F403
from portal.settings import DATA_DIR, DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

# Workers are processes of their own, so the database must be a file and not in memory.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    # Processes die in these tests, machines do not: no commit of theirs waits for the disk.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"

# The live server serves static files from where they are; nothing is collected.
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
STATIC_ROOT.mkdir(exist_ok=True)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
