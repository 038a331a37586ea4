"""How long it takes to find a person among 10,000 imports of 1,000 rows each whose files are gone.

    python -m tests.benchmarks.people_found

On SQLite in a folder that is on a disk, and on PostgreSQL. Each import has digests of 2,000 random identifiers; the
person is in five of them, and another is in none. Beside it the peer: looking through every table of digests. Then, how
long it takes to make the digests of a file of a million rows with an e-mail address and a mobile number in each.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.benchmarks.measuring import ROOT, machine
from tests.benchmarks.reading_files import say
from tests.environment import isolated_environment
from tests.postgres import running_postgres

JOBS, IDENTIFIERS, CARRIERS, ROWS, TRIES = 10_000, 2_000, 5, 1_000_000, 5
EMAIL = "ada@example.com"


def main() -> None:
    say(f"{machine()}; {JOBS:,} imports, {JOBS * IDENTIFIERS:,} digests\n")
    with tempfile.TemporaryDirectory(prefix="portal-bench-", dir=ROOT / "var") as name:
        of_database("SQLite", Path(name), "")
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name, running_postgres() as url:
        of_database("PostgreSQL", Path(name), url)


def of_database(what: str, folder: Path, url: str) -> None:
    environ = os.environ | isolated_environment(folder)
    environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings", "LOG_LEVEL": "WARNING"}
    for command in (
        ["manage.py", "migrate", "--verbosity", "0"],
        ["-m", "tests.benchmarks.people_found", what],
    ):
        subprocess.run([sys.executable, *command], cwd=ROOT, env=environ, check=True)


def look(what: str) -> None:
    """Make the imports, and look for people."""
    import django

    django.setup()
    import polars as pl

    from imports import keyring
    from imports.keyring import Key
    from imports.models import DotdigitalAccount, JobDigests, UploadJob
    from imports.provenance.carried import CarriedTables
    from imports.provenance.digest_filter import blocks_for, make_filter
    from imports.provenance.digest_table import DIGESTS_SCHEMA, rows_of_digest, write_digests
    from imports.provenance.keeping import find_carriers
    from imports.provenance.person_digests import DIGEST_BYTES, digest_of
    from imports.provenance.person_identifiers import IdentifierKind, PersonIdentifier
    from imports.states import JobStatus
    from imports.storage import artefacts
    from portal.models import User

    rng = Random(20_261_130)
    key: Key = keyring.newest_key(keyring.DIGESTS)
    ada = PersonIdentifier(IdentifierKind.EMAIL, EMAIL)
    nobody = PersonIdentifier(IdentifierKind.EMAIL, "nobody@example.com")
    wanted = digest_of(ada, key)
    account = DotdigitalAccount.objects.create(name="Acme", endpoint="", api_user="")
    owner = User.objects.create_user("ada")
    jobs = [
        UploadJob(account=account, owner=owner, file_name="x.csv", status=JobStatus.FINISHED)
        for _ in range(JOBS)
    ]
    UploadJob.objects.bulk_create(jobs, batch_size=500)
    rows = pl.Series("row", [2 + place // 2 for place in range(IDENTIFIERS)], pl.UInt32)
    keys, kept = [], []
    for place, job in enumerate(jobs):
        digests = [rng.randbytes(DIGEST_BYTES) for _ in range(IDENTIFIERS)]
        if place % (JOBS // CARRIERS) == 0:
            digests[7] = wanted
        blocks = blocks_for(IDENTIFIERS)
        with artefacts.work_folder() as folder:
            pl.DataFrame({"digest": digests, "row": rows}).with_columns(
                outcome=pl.lit("created"), consent=pl.lit(value=False)
            ).select(*DIGESTS_SCHEMA).write_parquet(folder / "digests")
            stored = artefacts.store(job, artefacts.DIGESTS, folder / "digests", job.token)
        keys.append(artefacts.table_key(job.pk, stored))
        made = make_filter(digests, blocks)
        kept.append(JobDigests(job=job, key=key.id, stored=stored, made_of="", blocks=blocks, filter=made))
    JobDigests.objects.bulk_create(kept, batch_size=200)

    for name, person, count in (("in five", ada, CARRIERS), ("in none", nobody, 0)):
        seconds = []
        for _ in range(TRIES):
            started = time.perf_counter()
            assert len(find_carriers(person, UploadJob.objects.all()).carriers) == count
            seconds.append(time.perf_counter() - started)
        say(f"{what}, {name}: {sorted(seconds)[TRIES // 2]:.3f} s (first {seconds[0]:.3f} s)")
    started = time.perf_counter()
    found = 0
    for stored_key in keys:
        with artefacts.local_file(stored_key) as table:
            found += bool(rows_of_digest(table, wanted))
    assert found == CARRIERS
    say(f"{what}, every table: {time.perf_counter() - started:.1f} s")
    with artefacts.work_folder() as folder:
        numbers = pl.int_range(1, ROWS + 1, eager=True, dtype=pl.UInt32)
        text = numbers.cast(pl.String)
        pl.DataFrame(
            {
                "row": numbers,
                "c0": pl.select(pl.lit("person.") + pl.lit(text) + pl.lit("@example.com")).to_series(),
                "c1": pl.select(pl.lit("+4474") + pl.lit(text).str.zfill(8)).to_series(),
            }
        ).write_parquet(folder / "staged")
        started = time.perf_counter()
        count = write_digests(CarriedTables(folder / "staged"), key, folder / "digests")
        say(f"{what}, {count:,} digests made in {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    look(sys.argv[1]) if sys.argv[1:] else main()
