"""A record of the log is one line and steers no terminal, whatever a stranger has asked for."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.logs import LineFormatter


def line_of(text: str) -> str:
    return LineFormatter().format(
        logging.makeLogRecord({"msg": "Not Found: %s", "args": (text,), "name": "x"})
    )


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/a\n2026 ERROR forged", "/a | 2026 ERROR forged"),
        ("/a\r\nforged", "/a | forged"),
        ("/a\u2028forged", "/a | forged"),
        ("/\x1b[2J", "/?[2J"),
        ("/\u202egpj.exe", "/?gpj.exe"),
        ("/Größe/№ 1", "/Größe/№ 1"),
    ],
)
def test_what_ends_a_line_or_steers_is_taken_out(path, shown):
    assert line_of(path).endswith(f"Not Found: {shown}")


@given(st.text())
def test_it_is_one_line_that_can_be_printed(text):
    line = line_of(text)
    assert len(line.splitlines()) == 1
    assert all(ord(one) >= 32 for one in line)
