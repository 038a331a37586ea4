"""Run the sandbox: `python -m sandbox --port 8010 --data-dir DIR`."""

import argparse
import gc
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from sandbox.api import Api
from sandbox.application import build_application
from sandbox.callers import answer_known_callers
from sandbox.credentials import require_credentials
from sandbox.deletions import Deletions
from sandbox.fault_answers import faults_while_reading, inject_faults
from sandbox.faults import Faults
from sandbox.intake import Intake
from sandbox.pages import Pages
from sandbox.processing_thread import Worker
from sandbox.rates import EPOCH, IMPORT_TIER, SECONDS, STATUS_TIER, limit_rates
from sandbox.server import Server
from sandbox.statistics import Statistics
from sandbox.store import Store

DEFAULT_API_USER = "apiuser-demo@apiconnector.example"
DEFAULT_API_PASSWORD = "demo-password"  # noqa: S105 - known to everybody, opens nothing but the demo
EXIT_USAGE = 2


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A stand-in Dotdigital over HTTP.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8010, help="0 picks a free port (default: %(default)s)")
    parser.add_argument("--data-dir", type=Path, required=True, help="directory of the contacts and imports")
    parser.add_argument("--api-user", default=DEFAULT_API_USER, help="default: %(default)s")
    parser.add_argument("--api-password", default=DEFAULT_API_PASSWORD, help="default: %(default)s")
    parser.add_argument(
        "--seconds-per-import",
        type=float,
        default=2.0,
        help="how long an import is active (default: %(default)s)",
    )
    parser.add_argument(
        "--extra-lists", type=int, default=0, help="lists to seed a new account with, besides the named ones"
    )
    parser.add_argument(
        "--rate-limit", type=int, default=6000, help="v3 calls a minute in each tier (default: %(default)s)"
    )
    parser.add_argument(
        "--rate-limit-imports", type=int, help="calls a minute in the tier of imports, if they are others"
    )
    parser.add_argument(
        "--rate-limit-status", type=int, help="calls a minute in the tier of status calls, if they are others"
    )
    parser.add_argument(
        "--rate-limit-reset",
        choices=(EPOCH, SECONDS),
        default=EPOCH,
        help="how X-RateLimit-Reset is to be read (default: %(default)s)",
    )
    parser.add_argument(
        "--enforce-rate-limit", action="store_true", help="answer 429 above the limit, not only count"
    )
    return parser.parse_args()


def main() -> int:
    """Serve until SIGTERM or SIGINT."""
    arguments = _arguments()
    os.umask(0o077)  # what arrives is people's data here as well
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    faults, statistics = Faults(), Statistics()
    try:
        server = Server(arguments.host, arguments.port, faults_while_reading(faults, statistics.add))
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        print(f"Cannot listen on {arguments.host}:{arguments.port}: {reason}", file=sys.stderr)
        return EXIT_USAGE
    store = Store(arguments.data_dir, arguments.extra_lists)
    intake = Intake(store, arguments.seconds_per_import, on_accepted=lambda: worker.wake(), faults=faults)
    deletions = Deletions(store, arguments.seconds_per_import, on_accepted=lambda: worker.wake())
    worker = Worker(lambda: intake.process_next() or deletions.process_next())
    routes = [
        *Api(store, intake, deletions, server.address, faults, statistics).routes(),
        *Pages(store, intake).routes(),
    ]
    of_tier = {IMPORT_TIER: arguments.rate_limit_imports, STATUS_TIER: arguments.rate_limit_status}
    limits = {tier: arguments.rate_limit if limit is None else limit for tier, limit in of_tier.items()}
    middleware = [
        answer_known_callers(arguments.host),
        statistics.count,
        require_credentials(arguments.api_user, arguments.api_password),
        inject_faults(faults, arguments.rate_limit_reset),
        limit_rates(limits, arguments.enforce_rate_limit, arguments.rate_limit_reset),
    ]
    # An import makes many small objects and no cycles; looking for cycles would cost a fifth of its time.
    gc.set_threshold(500_000, 50, 100)
    worker.start()
    server.start(build_application(routes, middleware))
    print(f"Sandbox listening on http://{server.address}/", flush=True)
    stopping.wait()
    server.stop()
    worker.stop()
    store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
