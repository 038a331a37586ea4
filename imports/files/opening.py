"""Opens whatever was uploaded: told by its content, taken out of its archive, ready to be read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from imports.files.archives import unpacked
from imports.files.blocks import Table
from imports.files.file_refusals import refusal
from imports.files.formats import Format, recognise_format
from imports.files.reading import ReadingLimits, ReadingOptions

TableReader = Callable[[Path, ReadingOptions, ReadingLimits], Table]


# What reads a file is loaded when it is first wanted; a template, from which others fork, loads all of them.
_READER_MODULES = (
    "imports.files.text.delimited",
    "imports.files.xlsx.xlsx_table",
    "imports.files.xls.xls_table",
    "imports.files.workbook_table",
)


def load_readers() -> None:
    """Load what reads files, of every format."""
    for name in _READER_MODULES:
        import_module(name)


def _text(path: Path, options: ReadingOptions, limits: ReadingLimits) -> Table:
    from imports.files.text.delimited import DelimitedTable

    return DelimitedTable(path, options, limits)


def _xlsx(path: Path, options: ReadingOptions, limits: ReadingLimits) -> Table:
    from imports.files.xlsx.xlsx_table import XlsxTable

    return XlsxTable(path, options, limits)


def _xls(path: Path, options: ReadingOptions, limits: ReadingLimits) -> Table:
    from imports.files.xls.xls_table import XlsTable

    return XlsTable(path, options, limits)


def _workbook_reader(file_format: Format) -> TableReader:
    def read(path: Path, options: ReadingOptions, limits: ReadingLimits) -> Table:
        from imports.files.workbook_table import WorkbookTable

        return WorkbookTable(path, file_format, options, limits)

    return read


READERS: dict[Format, TableReader] = {
    "csv": _text,
    "xlsx": _xlsx,
    "xls": _xls,
    **{file_format: _workbook_reader(file_format) for file_format in ("xlsb", "ods")},
}


@dataclass(frozen=True, slots=True)
class Opened:
    """An open table and the archive it was in: its kind, and the name it had there. Both None without one."""

    table: Table
    archive: str | None = None
    member: str | None = None


@contextmanager
def opened(source: Path, folder: Path, options: ReadingOptions, limits: ReadingLimits) -> Iterator[Opened]:
    """The table in the file `source`, for the length of the block; what it is unpacked to lies under `folder`.

    Raises FileRefusedError for what is not read.
    """
    size_bytes = source.stat().st_size
    if size_bytes > limits.max_bytes:
        raise refusal("file_too_large", size_bytes=size_bytes, limit_bytes=limits.max_bytes)
    file_format = recognise_format(source)
    if file_format not in ("zip", "gz"):
        yield Opened(READERS[file_format](source, options, limits))
        return
    with TemporaryDirectory(dir=folder, prefix="unpacked-") as inner_folder:
        inner = unpacked(source, file_format, Path(inner_folder), limits)
        yield Opened(READERS[inner.format](inner.path, options, limits), inner.archive, inner.member)
