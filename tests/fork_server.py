"""The server from which processes of tests are forked: it has imported what takes long, and none of the settings."""

from multiprocessing import get_context

FORKING = get_context("forkserver")
FORKING.set_forkserver_preload(["tests.contract_sandbox", "tests.preloaded"])
