from pathlib import Path

from cryptography.fernet import Fernet

from portal.launch.keys import remembered_keys


def test_keys_are_made_once_and_remembered(tmp_path: Path) -> None:
    first = remembered_keys(tmp_path / "keys", {})
    texts = {name: Path(path).read_text() for name, path in first.items()}

    assert set(first) == {"SECRET_KEY_FILE", "ENCRYPTION_KEY_FILE", "AUDIT_KEY_FILE"}
    assert remembered_keys(tmp_path / "keys", {}) == first
    assert {name: Path(path).read_text() for name, path in first.items()} == texts


def test_encryption_key_is_one_that_fernet_takes(tmp_path: Path) -> None:
    key = Path(remembered_keys(tmp_path, {})["ENCRYPTION_KEY_FILE"]).read_text()

    assert Fernet(key).decrypt(Fernet(key).encrypt(b"text")) == b"text"


def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    remembered_keys(tmp_path / "keys", {})

    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}


def test_keys_of_the_environment_are_left_alone(tmp_path: Path) -> None:
    given = {"SECRET_KEY": "given", "ENCRYPTION_KEY_FILE": "/run/key", "AUDIT_KEY": "given"}
    assert remembered_keys(tmp_path, given) == {}
    assert list(tmp_path.iterdir()) == []
