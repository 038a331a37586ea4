import json
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.dotdigital import spool as spool_module
from imports.dotdigital.errors import UnreadableAnswerError
from imports.dotdigital.spool import Spool


def spooled(blocks: list[bytes]) -> bytes:
    with closing(Spool()) as spool:
        for block in blocks:
            spool.write(block)
        spool.finish()
        return spool.open().read() or b""


def cut(body: bytes, places: set[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(body) + 1) for place in places), len(body)]
    return [body[start:end] for start, end in pairwise(edges)]


def storable(text: str) -> str:
    return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in text)


WRITTEN = [
    r"\\",
    r"\n",
    r"\u0041",
    r"\ud83d",
    r"\uD83D",
    r"\ude00",
    r"\uDE00",
    r"\ud83d\ude00",
    "u",
    "d83d",
    "😀",
    "1234567890",
]
ESCAPES = st.lists(st.sampled_from(WRITTEN)).map("".join)


@given(ESCAPES, st.sets(st.integers(0, 200)), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32-be"]))
def test_halves_of_pairs_become_one_letter_however_the_body_is_cut(
    escaped: str, places: set[int], encoding: str
) -> None:
    body = f'"{escaped}"'.encode(encoding)
    assert json.loads(spooled(cut(body, places))) == storable(json.loads(body))


@given(st.text() | st.text(st.characters(categories=["Cs", "Lu"])), st.sets(st.integers(0, 200)))
def test_any_text_is_kept_but_for_halves_of_pairs(text: str, places: set[int]) -> None:
    body = json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass")
    kept = spooled(cut(body, places)).decode()
    assert json.loads(kept) == storable(text)


@pytest.mark.parametrize("blocks", [[b"ab\xff"], [b"abcd", b"\xff"], [b"abcd\xc3"], [b"\xc3"]])
def test_what_is_in_no_encoding_of_json_is_unreadable_and_leaves_no_trace(blocks: list[bytes]) -> None:
    with pytest.raises(UnreadableAnswerError) as caught:
        spooled(blocks)
    assert caught.value.code == "json"
    assert caught.value.__context__ is None


@given(
    st.integers(0, 9_000), st.sets(st.integers(0, 9_000)), st.sampled_from(["", "\\ud83d\\ude00", "x", "-"])
)
def test_a_number_has_no_more_digits_than_python_converts(digits: int, places: set[int], before: str) -> None:
    kept = spooled(cut(f'["{before}{"1" * digits}"]'.encode(), places)).decode()
    found = json.loads(kept)[0].removeprefix(json.loads(f'"{before}"'))
    assert found == "1" * len(found)
    # The digits of an escape before it count as its own.
    assert len(found) == digits if digits <= 3_990 else 3_990 <= len(found) < 4_300


def test_endless_digits_do_not_add_up() -> None:
    assert len(spooled([b"1" * 1_000] * 500)) == 4_000


def test_readers_do_not_disturb_one_another() -> None:
    with closing(Spool()) as spool:
        spool.write(b"0123456789")
        spool.finish()
        one, other = spool.open(), spool.open()
        assert [one.read(4), other.read(6), one.read(4), other.read()] == [
            b"0123",
            b"012345",
            b"4567",
            b"6789",
        ]


def test_a_large_body_goes_to_the_folder_and_is_gone_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_module, "MAX_BYTES_IN_MEMORY", 10)
    with closing(Spool(tmp_path / "missing")) as spool, pytest.raises(FileNotFoundError):
        spool.write(b"x" * 1_000)
    with closing(Spool(tmp_path)) as spool:
        spool.write(b"x" * 1_000)
        spool.finish()
        assert spool.open().read() == b"x" * 1_000
    assert list(tmp_path.iterdir()) == []
