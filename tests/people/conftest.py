from tests.answered_before import answered_before, files_are_read_once
from tests.pipeline.people import account, alice
from tests.retention.conftest import own_storage

__all__ = ["account", "alice", "answered_before", "files_are_read_once", "own_storage"]
