"""The encodings that are read: what people and Python call them."""

import codecs

from imports.files.file_refusals import refusal
from imports.messages import gettext_noop

ENCODING_CHOICES: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        gettext_noop("Unicode"),
        (
            ("utf-8", "UTF-8"),
            ("utf-16-le", "UTF-16"),
            ("utf-16-be", gettext_noop("UTF-16, big-endian")),
            ("utf-32-le", "UTF-32"),
            ("utf-32-be", gettext_noop("UTF-32, big-endian")),
        ),
    ),
    (
        gettext_noop("Western European"),
        (
            ("windows-1252", gettext_noop("Windows-1252 (Western European)")),
            ("iso-8859-15", gettext_noop("ISO 8859-15 (Western European)")),
            ("mac-roman", gettext_noop("Mac Roman (Western European)")),
            ("cp850", gettext_noop("DOS 850 (Western European)")),
            ("cp437", gettext_noop("DOS 437 (Western European)")),
        ),
    ),
    (
        gettext_noop("Central European and Baltic"),
        (
            ("windows-1250", gettext_noop("Windows-1250 (Central European)")),
            ("iso-8859-2", gettext_noop("ISO 8859-2 (Central European)")),
            ("iso-8859-16", gettext_noop("ISO 8859-16 (Romanian)")),
            ("cp852", gettext_noop("DOS 852 (Central European)")),
            ("windows-1257", gettext_noop("Windows-1257 (Baltic)")),
            ("iso-8859-13", gettext_noop("ISO 8859-13 (Baltic)")),
            ("iso-8859-4", gettext_noop("ISO 8859-4 (Baltic)")),
            ("iso-8859-10", gettext_noop("ISO 8859-10 (Nordic)")),
        ),
    ),
    (
        gettext_noop("Cyrillic"),
        (
            ("windows-1251", gettext_noop("Windows-1251 (Cyrillic)")),
            ("koi8-r", gettext_noop("KOI8-R (Russian)")),
            ("koi8-u", gettext_noop("KOI8-U (Ukrainian)")),
            ("iso-8859-5", gettext_noop("ISO 8859-5 (Cyrillic)")),
            ("cp866", gettext_noop("DOS 866 (Cyrillic)")),
        ),
    ),
    (
        gettext_noop("Greek, Turkish and Middle Eastern"),
        (
            ("windows-1253", gettext_noop("Windows-1253 (Greek)")),
            ("iso-8859-7", gettext_noop("ISO 8859-7 (Greek)")),
            ("windows-1254", gettext_noop("Windows-1254 (Turkish)")),
            ("cp857", gettext_noop("DOS 857 (Turkish)")),
            ("windows-1255", gettext_noop("Windows-1255 (Hebrew)")),
            ("iso-8859-8", gettext_noop("ISO 8859-8 (Hebrew)")),
            ("windows-1256", gettext_noop("Windows-1256 (Arabic)")),
            ("iso-8859-6", gettext_noop("ISO 8859-6 (Arabic)")),
        ),
    ),
    (
        gettext_noop("East and South-East Asian"),
        (
            ("shift-jis", gettext_noop("Shift-JIS (Japanese)")),
            ("euc-jp", gettext_noop("EUC-JP (Japanese)")),
            ("iso-2022-jp", gettext_noop("ISO-2022-JP (Japanese)")),
            ("gb18030", gettext_noop("GB18030, GBK, GB2312 (Simplified Chinese)")),
            ("big5", gettext_noop("Big5 (Traditional Chinese)")),
            ("euc-kr", gettext_noop("EUC-KR, Windows-949 (Korean)")),
            ("windows-874", gettext_noop("Windows-874 (Thai)")),
            ("windows-1258", gettext_noop("Windows-1258 (Vietnamese)")),
        ),
    ),
)
"""The encodings that can be chosen, in groups: name and label of each."""

ENCODING_LABELS: dict[str, str] = {
    "utf-8-sig": "UTF-8",
    **{name: label for _, choices in ENCODING_CHOICES for name, label in choices},
}
"""The name of every encoding that is read, and what to call it to people."""

# Names that stand for more than Python's codec of the same name has: Windows' additions, the company signs and
# numbers of Japanese EUC, Hong Kong's street names.
_CODECS = {
    "windows-874": "cp874",
    "shift-jis": "cp932",
    "euc-jp": "euc_jis_2004",
    "iso-2022-jp": "iso2022_jp_ext",
    "big5": "big5hkscs",
    "euc-kr": "cp949",
}

# As in browsers, an encoding is read as the larger one that has it inside: what says Latin-1 is Windows-1252, which
# has letters where Latin-1 has control codes. (https://encoding.spec.whatwg.org/#names-and-labels)
_INSIDE_LARGER = {
    "ascii": "utf-8",
    "utf-16": "utf-16-le",
    "utf-32": "utf-32-le",
    "iso8859-1": "windows-1252",
    "iso8859-9": "windows-1254",
    "iso8859-11": "windows-874",
    "tis-620": "windows-874",
    "shift_jis": "shift-jis",
    "euc_jp": "euc-jp",
    "iso2022_jp": "iso-2022-jp",
    "iso2022_jp_1": "iso-2022-jp",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5",
    "cp950": "big5",
    "euc_kr": "euc-kr",
}

ENCODINGS: dict[str, str] = {
    **{codecs.lookup(_CODECS.get(name, name)).name: name for name in ENCODING_LABELS},
    **_INSIDE_LARGER,
}
"""Python's codec name to the name in `ENCODING_LABELS` of the encoding it is read as."""


def named_encoding(name: str) -> str:
    """The name in `ENCODING_LABELS` of what a person calls `name`: any alias Python knows will do.

    Raises FileRefusedError for an encoding that is not read.
    """
    if (own := name.strip().lower()) in ENCODING_LABELS:
        return own
    try:
        codec = codecs.lookup(own).name
    except (LookupError, ValueError):
        codec = ""
    if codec not in ENCODINGS:
        raise refusal("unknown_encoding", encoding=name, encodings=list(ENCODING_LABELS))
    return ENCODINGS[codec]


def python_codec(encoding: str) -> str:
    """Python's name of the codec that reads what is named `encoding` in `ENCODING_LABELS`."""
    return _CODECS.get(encoding, encoding)
