"""The staged table as plain CSV."""

import pytest

from imports.files.cleaned import write_csv


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
