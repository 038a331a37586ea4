"""All that the portal has kept of a person: on disk, in the database and in Redis."""

import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import polars as pl
import redis
from django.apps import apps
from django.conf import settings

from tests.delivery.canaries import found_in

CANARY = {
    "address": "zq7.quillfeather@canary.example",
    "name": "Quillfeather-Zuber",
    "phone": "7400604986",
    "remark": "Plumtree 8810",
}
CANARY_CSV = (
    "Email,First name,Last name,Mobile number,Notes\r\n"
    f"{CANARY['address']},Ada,{CANARY['name']},0{CANARY['phone']},{CANARY['remark']}\r\n"
    "grace@example.com,Grace,Sample,,\r\n"
    f"not an address,Nora,{CANARY['name']},,{CANARY['remark']}\r\n"
)


def places_of_canary(folder: Path) -> set[str]:
    """Where something of the canary is: files below `folder`, models of the database, Redis."""
    return {place for place, content in kept_things(folder) if found_in(content, CANARY)}


def kept_things(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Everything that is kept, with where it is."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path.relative_to(folder)), _content(path)
    for model in (one for one in apps.get_models() if one._meta.managed):
        rows = json.dumps(list(model._base_manager.values()), default=_text, ensure_ascii=False)
        yield model.__name__, rows.encode()
    with redis.Redis.from_url(settings.REDIS_URL) as connection:
        for key in connection.scan_iter():
            yield f"Redis {key!r}", key + (connection.dump(key) or b"")


def _content(path: Path) -> bytes:
    """The bytes of a file; of a table or a workbook, which is compressed, all of its cells."""
    content = path.read_bytes()
    if content[:4] == b"PK\x03\x04":  # a workbook
        with ZipFile(path) as archive:
            return b"\0".join(archive.read(name) for name in archive.namelist())
    if content[:4] == b"PAR1":
        return json.dumps(pl.read_parquet(path).to_dicts(), default=_text, ensure_ascii=False).encode()
    return content


def _text(value: object) -> str:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)
