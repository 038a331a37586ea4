"""Which encoding a text is in, and what becomes of bytes that are not."""

import codecs
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.files.decisions import REASONS
from imports.files.file_refusals import FileRefusedError
from imports.files.text import encodings
from imports.files.text.encoding_names import (
    ENCODING_CHOICES,
    ENCODING_LABELS,
    ENCODINGS,
    named_encoding,
    python_codec,
)
from imports.files.text.encodings import UNDECODABLE, decode_file, detect_encoding
from tests.examples import examples
from tests.files.encoding_samples import LANGUAGES, UNICODE, Sample, samples
from tests.files.held_out import HeldOut, held_out

WESTERN = "Name;Ort\r\nZoë Weiß;München\r\n"
CYRILLIC = "Имя;Почта\r\nАнна;anna@example.com\r\nИван;ivan@example.org\r\n"
JAPANESE = "名,住所\r\n佐藤,東京都丸の内一丁目\r\n"

# What detection reaches with these tables; the report of the test names the misses.
MIN_RIGHT_SHARE = 0.998
# From here on a page says "Sure".
SURE = 0.9
COMMON = (
    *UNICODE,
    "cp1250",
    "cp1251",
    "cp1252",
    "cp1253",
    "cp1254",
    "mac-roman",
    "cp932",
    "euc_jp",
    "gb18030",
    "cp950",
    "cp949",
    "koi8-r",
)
# Of the tables in which a line is damaged; the largest take the most.
DAMAGED_ROWS = examples(quick=(10, 60), deep=(10, 20, 60, 300))
# Windows-1252 and Windows-1257 have its letters in the same places, but for š and ž.
UNDECIDED = "estonian"

WESTERN_CELLS = (
    *(
        "Begoña",
        "Niño",
        "Muñoz",
        "PEÑA",
        "Ñandú",
        "Íñigo",
        "José",
        "JOSÉ",
        "García",
        "Málaga",
        "Catalá",
        "Català",
    ),
    *(
        "João",
        "Conceição",
        "Nicolò",
        "François",
        "Forêt",
        "Noël",
        "Brontë",
        "Zoë",
        "Müller",
        "Straße",
        "Bjørn",
    ),
    *("Åsa", "Køge", "Þór", "Guðrún"),
)
PUNCTUATED_CELLS = (
    *(
        "Ada\xa0Abel",
        "“ok”",
        "‘a’",
        "ok…",
        "Bob’s",
        "O’Neill",
        "l’Église",
        "Ben – Bo",
        "½ price",
        "2nd½",
        "5 €",
    ),
    *("€5", "£5", "Nº 4", "3ª", "20°", "Acme®", "Acme™", "• item", "«ok»", "¿Qué?", "Coruña – Vigo"),
)

PIECES = (b"\x1b$B", b"\xff", b"\xfe", b"\0", b"\n", b"a", b"\xe9", b"\x81", b"\x30", b"\xef\xbb\xbf")

# A few letters of every script that has bytes of line ends or delimiters in its code points, and of some others.
SCRIPTS = {
    "devanagari": "अआइकखगनमरलस",
    "gurmukhi": "ਅਆਇਕਖਗਨਮਰਲਸ",
    "gujarati": "અઆઇકખગનમરલસ",
    "malayalam": "അആഇഊകഖഗനമരലസ",
    "kannada": "ಅಆಇಕಖಗನಮರಲಸ",
    "tamil": "அஆஇகஙசநமரல",
    "bengali": "অআইকখগনমরল",
    "georgian": "აბგდევზთიკლ",
    "armenian": "աբգդեզէըթժ",
    "ethiopic": "ሀለሐመሠረሰሸቀበ",
    "latin": "abcäöüßéñøłž",
    "shanghai": "上海下一丁中国人路号",
    "hangul": "김이박최정강조윤장임",
}


def table_in_script(letters: str, seed: int) -> str:
    chance = random.Random(seed)
    lines = [
        f"contact{row}@example.com,{''.join(chance.choices(letters, k=9))},{''.join(chance.choices(letters, k=14))}"
        for row in range(chance.randrange(2, 40))
    ]
    return "\n".join(["E-mail,Name,Street", *lines, ""])


@pytest.mark.parametrize(
    ("data", "encoding", "reason"),
    [
        (b"", "utf-8", "ascii"),
        (b"Name\nAna\n", "utf-8", "ascii"),
        (b"\x1b[31mName\x1b[0m\nAna\n", "utf-8", "ascii"),
        (b"\0" * 1000, "utf-8", "ascii"),
        (b"A\0na;b\n1;2\n", "utf-8", "ascii"),
        (WESTERN.encode(), "utf-8", "valid"),
        (codecs.BOM_UTF8 + WESTERN.encode(), "utf-8-sig", "mark"),
        (codecs.BOM_UTF16_LE + WESTERN.encode("utf-16-le"), "utf-16-le", "mark"),
        (codecs.BOM_UTF16_BE + WESTERN.encode("utf-16-be"), "utf-16-be", "mark"),
        (codecs.BOM_UTF32_LE + WESTERN.encode("utf-32-le"), "utf-32-le", "mark"),
        (codecs.BOM_UTF32_BE + WESTERN.encode("utf-32-be"), "utf-32-be", "mark"),
        ("\N{ZERO WIDTH NO-BREAK SPACE}王,北京\n".encode("gb18030"), "gb18030", "mark"),
        (WESTERN.encode("utf-16-le"), "utf-16-le", "wide"),
        (WESTERN.encode("utf-16-be"), "utf-16-be", "wide"),
        (CYRILLIC.encode("utf-16-le"), "utf-16-le", "wide"),
        (CYRILLIC.encode("utf-16-be"), "utf-16-be", "wide"),
        (WESTERN.replace("\r\n", "\r").encode("utf-16-be"), "utf-16-be", "wide"),
        ("Name,Street,Town".encode("utf-16-le"), "utf-16-le", "wide"),
        (CYRILLIC.encode("utf-32-le"), "utf-32-le", "wide"),
        (CYRILLIC.encode("utf-32-be") + b"\0", "utf-32-be", "wide"),
        (JAPANESE.encode("iso2022_jp"), "iso-2022-jp", "valid"),
        ((CYRILLIC + "bad \udcff here").encode(errors="surrogateescape"), "utf-8", "mostly_valid"),
        ("Анна,Омск".encode()[:-3] + b"\xd1", "utf-8", "mostly_valid"),
        ("李;b\n".encode() + b"x" * 100_000 + "\nJosé".encode("cp1252"), "utf-8", "mostly_valid"),
        (WESTERN.encode("cp1252"), "windows-1252", "letters"),
        ("Name\nZoë Weiß\nZoë Weiß\nJosé\nJosé\nJosé\n".encode("cp1252"), "windows-1252", "letters"),
        (CYRILLIC.encode("koi8-r"), "koi8-r", "letters"),
        (b"x\n" * 100_000 + "José".encode("cp1252"), "windows-1252", "letters"),
        (b"x" * 200_000 + " José".encode("cp1252"), "windows-1252", "letters"),
        (b"id,name\n1,english\n2,\xa9\n", "windows-1252", "letters"),
        (bytes(range(256)) * 100, "windows-1252", "fallback"),
    ],
)
def test_encodings_are_told_apart(write, data, encoding, reason):
    detected, decision = detect_encoding(write(data))
    assert (detected, decision.reason) == (encoding, reason)
    assert 0 < decision.confidence <= 1


def reads_right(sample: Sample, write) -> bool:
    path = write(sample.data)
    encoding, _ = detect_encoding(path)
    return "".join(decode_file(path, encoding)) == sample.text


SampleType = TypeVar("SampleType", Sample, HeldOut)


def some_of_each(found: Iterable[SampleType], every: int) -> Iterator[SampleType]:
    """Of each language in each encoding one sample of `every` so many, the first for one, the second for the next."""
    met: dict[tuple[str, str], int] = {}
    for sample in found:
        kind = sample.language, sample.encoding
        met[kind] = met[kind] + 1 if kind in met else len(met)
        if met[kind] % every == 0:
            yield sample


@pytest.mark.deep
def test_contacts_of_all_languages_are_read_right(write):
    missed: Counter[tuple[str, str, int]] = Counter()
    total = 0
    for sample in some_of_each(samples(tables=examples(quick=1, deep=2)), every=examples(quick=8, deep=1)):
        total += 1
        if not reads_right(sample, write):
            missed[sample.language, sample.encoding, sample.rows] += 1
    report = "\n".join(f"{count} x {'/'.join(map(str, what))}" for what, count in sorted(missed.items()))
    assert total - missed.total() >= MIN_RIGHT_SHARE * total, report
    common = [what for what in missed if what[0] != UNDECIDED and what[1] in COMMON and what[2] >= 20]
    assert not common, report


@pytest.mark.deep
def test_words_that_nothing_was_tuned_on_are_read_right_in_any_letter_case_and_never_surely_wrong(write):
    total: Counter[int] = Counter()
    missed: Counter[tuple[str, str, str, int]] = Counter()
    for sample in some_of_each(held_out(1, sizes=(3, 30)), every=examples(quick=7, deep=1)):
        path = write(sample.data)
        encoding, decision = detect_encoding(path)
        total[sample.rows] += 1
        if "".join(decode_file(path, encoding)) != sample.text:
            missed[sample.language, sample.encoding, sample.case, sample.rows] += 1
            assert decision.confidence < SURE, sample
    assert sum(what[3] == 30 for what in missed) <= 0.01 * total[30], missed


@pytest.mark.parametrize(
    ("text", "codec", "encoding"),
    [
        ("NUMERO;NOMBRE;CALLE\n1;MUÑOZ;ESPAÑA 4\n2;NUÑEZ;CALLE Nº 3", "cp1252", "windows-1252"),
        ("NAME;EMAIL\nИВАНОВ ИВАН;a@b.ru\nПЕТРОВА АННА;b@b.ru", "cp1251", "windows-1251"),
        ("NAME;EMAIL\nИВАНОВ ИВАН;a@b.ru\nПЕТРОВА АННА;b@b.ru", "koi8-r", "koi8-r"),
        ("name;email\nиванов иван;a@b.ru\nпетрова анна;b@b.ru", "cp1251", "windows-1251"),
        ("NAME;EMAIL\nŁUKASZ WÓJCIK;a@b.pl\nMAŁGORZATA ŻAK;b@b.pl", "cp1250", "windows-1250"),
        ("NAME;EMAIL\nΓΙΩΡΓΟΣ ΒΛΑΧΟΣ;a@b.gr\nΕΛΕΝΗ ΞΕΝΑΚΗ;b@b.gr", "cp1253", "windows-1253"),
    ],
)
def test_lists_in_capitals_are_read_in_their_encoding(write, text, codec, encoding):
    assert detect_encoding(write(text.encode(codec)))[0] == encoding


@pytest.mark.parametrize(
    ("cell", "codec"),
    [
        *((cell, "cp1252") for cell in WESTERN_CELLS),
        *((cell, "cp1252") for cell in PUNCTUATED_CELLS),
        *(
            (cell, "cp1250")
            for cell in ("Łukasz", "Poznań", "Dvořák", "Erdős", "Szűcs", "Kovačević", "Bucureşti")
        ),
        *((cell, "cp1254") for cell in ("Yılmaz", "Ayşe", "Doğan", "İzmir", "Şahin")),
        *((cell, "cp1257") for cell in ("Bērziņš", "Žukauskas Šarūnas", "Õie Žukov")),
        *((cell, "cp850") for cell in ("Muñoz", "José", "Málaga", "Müller", "García")),
        *((cell, "mac-roman") for cell in ("O’Neill", "Ben – Bo", "“ok”", "Begoña", "Lefèvre", "José")),
        *((cell, "cp932") for cell in ("ﾔﾏﾀﾞ ﾀﾛｳ", "鈴木 ｽｽﾞｷ ﾊﾅｺ ﾐｻｷ")),
    ],
)
def test_a_single_cell_is_read_as_most_people_meant_it_and_not_with_certainty(write, cell, codec):
    text = f"Name;Email\n{cell};a@example.com\nAna;b@example.com\n"
    path = write(text.encode(codec))
    encoding, decision = detect_encoding(path)
    assert "".join(decode_file(path, encoding)) == text
    if len({letter for letter in cell if not letter.isascii()}) <= 2:
        assert decision.confidence <= 0.75


@pytest.mark.parametrize(
    ("languages", "codecs"),
    [
        ("spanish french german italian portuguese danish swedish dutch catalan", "cp1252 mac-roman cp850"),
        ("polish czech hungarian romanian croatian german", "cp1250 iso8859-2 cp852"),
        ("lithuanian latvian estonian german", "cp1257"),
        ("turkish german", "cp1254 cp857"),
    ],
)
def test_neighbours_share_a_file(write, languages, codecs):
    words = [LANGUAGES[name] for name in languages.split()]
    for codec in codecs.split():
        chance = random.Random(codec)
        names = [chance.choice(chance.choice(words).last_names.split("|")) for _ in range(60)]
        text = "\n".join(["Name", *names]).encode(codec, "ignore").decode(codec)
        path = write(text.encode(codec))
        encoding, _ = detect_encoding(path)
        assert "".join(decode_file(path, encoding)) == text, codec


@pytest.mark.parametrize("codec", ["cp1252", "iso8859-15", "mac-roman"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_the_euro_sign_fits_every_encoding_that_has_it(write, codec, line_end):
    text = line_end.join(["Nom;Email;Montant", "Lefèvre;l@example.com;12 €", "Noël;n@example.com;3 €", ""])
    path = write(text.encode(codec))
    encoding, _ = detect_encoding(path)
    assert "".join(decode_file(path, encoding)) == text


def test_lone_carriage_returns_speak_for_a_mac(write):
    lines = ("Name;Email", "Müller;m@example.com", "Ana;a@example.com", "")
    assert detect_encoding(write("\r".join(lines).encode("mac-roman")))[0] == "mac-roman"
    assert detect_encoding(write("\r".join(lines).encode("cp1252")))[0] == "windows-1252"


@pytest.mark.deep
@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != UNDECIDED])
def test_damage_in_one_line_costs_no_more_than_that_line(write, language):
    for sample in samples(tables=1, languages=(language,)):
        if sample.rows not in DAMAGED_ROWS or sample.encoding in (*UNICODE, "iso2022_jp"):
            continue
        lines = sample.data.split(b"\n")
        telling = [index for index, line in enumerate(lines) if not line.isascii()]
        damaged = telling[len(telling) // 2]
        at = next(index for index, byte in enumerate(lines[damaged]) if byte > 127)
        # As where a program cuts cells to a number of bytes.
        lines[damaged] = lines[damaged][: at + 1] + b"," + lines[damaged][at + 2 :]
        path = write(b"\n".join(lines))
        encoding, _ = detect_encoding(path)
        read = "".join(decode_file(path, encoding)).split("\n")
        right = sample.text.split("\n")
        assert read[:damaged] == right[:damaged], sample.encoding
        assert read[damaged + 1 :] == right[damaged + 1 :], sample.encoding


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("script", SCRIPTS)
def test_wide_encodings_need_no_mark_in_any_script(write, script, encoding):
    for seed in range(5):
        text = table_in_script(SCRIPTS[script], seed)
        assert detect_encoding(write(text.encode(encoding)))[0] == encoding


def test_what_is_judged_comes_from_the_whole_file(write, monkeypatch):
    monkeypatch.setattr(encodings, "BLOCK_BYTES", 1_000)
    plain = b"contact@example.com,Anna,London\n" * 1_000
    data = plain + "Имя,Иванова,Екатеринбург\n".encode("koi8-r") + plain
    assert detect_encoding(write(data))[0] == "koi8-r"


def test_detection_does_not_depend_on_where_blocks_end(write, monkeypatch):
    for sample in samples(tables=1):
        if sample.rows > 3:
            continue
        path = write(sample.data)
        monkeypatch.setattr(encodings, "BLOCK_BYTES", 1_000_000)
        expected = detect_encoding(path)
        monkeypatch.setattr(encodings, "BLOCK_BYTES", 64)
        assert detect_encoding(path)[0] == expected[0], (sample.language, sample.encoding)


@settings(deadline=None)
@given(
    data=st.binary(max_size=300)
    | st.lists(st.sampled_from([b"\x1b$B", b"\xff", b"\0", b"\n", b"a", b"\xe9"])).map(b"".join)
)
def test_any_bytes_have_an_encoding_and_are_read_in_it(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any-bytes"
    path.write_bytes(data)
    encoding, decision = detect_encoding(path)
    assert encoding in ENCODING_LABELS
    assert decision.reason in REASONS
    assert 0 <= decision.confidence <= 1
    "".join(decode_file(path, encoding)).replace(UNDECODABLE, "").encode()


@pytest.mark.parametrize("block_bytes", [1, 3, 10])
@pytest.mark.parametrize("encoding", ENCODING_LABELS)
def test_blocks_join_to_the_text_wherever_they_are_cut(write, monkeypatch, encoding, block_bytes):
    monkeypatch.setattr(encodings, "BLOCK_BYTES", block_bytes)
    codec = python_codec(encoding)
    text = "".join(
        letter
        for letter in WESTERN + CYRILLIC + JAPANESE + "Łódź ğ ά שלום مها ไทย 김 陳 王"
        if letter.encode(codec, "ignore").decode(codec) == letter
    )
    path = write(text.encode(codec))
    assert "".join(decode_file(path, encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "gb18030"])
def test_a_byte_order_mark_is_no_text(write, encoding):
    path = write("\N{ZERO WIDTH NO-BREAK SPACE}a\n".encode(encoding))
    assert "".join(decode_file(path, encoding)) == "a\n"


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        (b"a\xffb", "utf-8", f"a{UNDECODABLE}b"),
        (b"ab\xe6\x9d", "utf-8", f"ab{UNDECODABLE}"),
        (b"a\x81b", "windows-1252", f"a{UNDECODABLE}b"),
        (b"a\0\0\xd8b\0", "utf-16-le", f"a{UNDECODABLE}b"),
        (b"a\0b", "utf-16-le", f"a{UNDECODABLE}"),
        (b"a\0\0\0\xff\xff\xff\xffb\0\0\0", "utf-32-le", f"a{UNDECODABLE}b"),
        (b"a\0\0\0b\0", "utf-32-le", f"a{UNDECODABLE}"),
        (b"a\x81,b", "shift-jis", f"a{UNDECODABLE},b"),
        (b"a\xff,b", "euc-jp", f"a{UNDECODABLE},b"),
        (b"a\xff,b", "big5", f"a{UNDECODABLE},b"),
        (b"a\xff,b", "euc-kr", f"a{UNDECODABLE},b"),
        (b"a\xff,b", "gb18030", f"a{UNDECODABLE},b"),
        (b"a\xff,b", "iso-2022-jp", f"a{UNDECODABLE},b"),
        (b"a\xdb,b", "windows-874", f"a{UNDECODABLE},b"),
    ],
)
@pytest.mark.parametrize("block_bytes", [1, 100])
def test_bytes_that_do_not_fit_are_marked(write, monkeypatch, data, encoding, text, block_bytes):
    monkeypatch.setattr(encodings, "BLOCK_BYTES", block_bytes)
    assert "".join(decode_file(write(data), encoding)) == text


@pytest.mark.parametrize(
    ("text", "codec", "encoding"),
    [
        ("㈱山田商事①", "euc_jis_2004", "euc-jp"),
        ("㈱髙橋①", "cp932", "shift-jis"),
        ("彩虹邨,深水埗", "big5hkscs", "big5"),
        ("똠방각하", "cp949", "euc-kr"),
        ("“€”", "cp1252", "windows-1252"),
    ],
)
def test_an_encoding_has_what_programs_added_to_it(write, text, codec, encoding):
    assert "".join(decode_file(write(text.encode(codec)), encoding)) == text


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("UTF8", "utf-8"),
        (" cp1252 ", "windows-1252"),
        ("Latin-1", "windows-1252"),
        ("ascii", "utf-8"),
        ("UTF-16", "utf-16-le"),
        ("latin5", "windows-1254"),
        ("GBK", "gb18030"),
        ("gb2312", "gb18030"),
        ("Shift_JIS", "shift-jis"),
        ("sjis", "shift-jis"),
        ("EUC-JP", "euc-jp"),
        ("cp950", "big5"),
        ("macintosh", "mac-roman"),
        ("tis-620", "windows-874"),
        ("Windows-874", "windows-874"),
        ("ibm866", "cp866"),
    ],
)
def test_encodings_have_many_names(said, meant):
    assert named_encoding(said) == meant


@pytest.mark.parametrize("said", ["", "klingon", "punycode", "base64", "rot13", "utf-7", "a\0b"])
def test_what_is_no_encoding_is_refused_with_those_that_are(said):
    with pytest.raises(FileRefusedError, match="windows-1252") as refused:
        named_encoding(said)
    assert refused.value.code == "unknown_encoding"


def test_every_encoding_can_be_named_by_its_name():
    assert [named_encoding(name) for name in ENCODING_LABELS] == list(ENCODING_LABELS)
    assert set(ENCODINGS.values()) == set(ENCODING_LABELS)


def test_every_encoding_but_the_marked_one_can_be_chosen_once():
    offered = [name for _, choices in ENCODING_CHOICES for name, _ in choices]
    assert sorted(offered) == sorted(set(ENCODING_LABELS) - {"utf-8-sig"})
