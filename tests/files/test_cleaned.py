"""The staged table as plain CSV."""

import pytest

from imports.files.cleaned import CLEANED_OPTIONS, write_csv
from imports.files.reading import given_options


def test_the_plainest_csv_comes_out(staged, tmp_path):
    result = staged(
        'Name;Note;;Note\r\n\r\nZoë;"a;b";;"say ""hi"", twice"\r\n\r\nBo;;;x\r\n'.encode("cp1252")
    )
    target = tmp_path / "clean.csv"
    write_csv(result.path, result.reading, target)
    assert target.read_bytes().decode() == (
        'Name,Note,Column 3,Note (2)\r\nZoë,a;b,,"say ""hi"", twice"\r\nBo,,,x\r\n'
    )


def test_a_target_that_cannot_be_written_leaves_nothing(staged, tmp_path):
    result = staged(b"a,b\n1,2\n")
    target = tmp_path / "folder"
    target.mkdir()
    with pytest.raises(OSError, match="folder"):
        write_csv(result.path, result.reading, target)
    assert not (tmp_path / "folder.partial").exists()


def test_what_comes_out_is_read_as_it_is_whatever_its_rows_look_like(staged, tmp_path):
    rows = "Ann,Total,,,\r\nunknown,Ann7,,,\r\nTotal,,3,,\r\n(c) Example,,,,\r\n"
    result = staged(f"Name,Nick,Orders,Town,Note\r\n{rows}".encode(), **given_options(CLEANED_OPTIONS))
    target = tmp_path / "clean.csv"
    write_csv(result.path, result.reading, target)
    again = staged(target.read_bytes(), **given_options(CLEANED_OPTIONS))
    assert again.rows == result.rows
    assert len(again.rows) == 4
