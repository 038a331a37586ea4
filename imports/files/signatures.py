"""How files begin that are no table: one entry each, with the refusal that names it."""

import re
from typing import NamedTuple


class Signature(NamedTuple):
    """How something begins that is no table; `kind` is what the refusal's sentence calls it: one of KINDS, or
    a name that is the same in every language."""

    beginning: re.Pattern[bytes]
    code: str
    kind: str = ""


def _bytes(pattern: bytes, code: str, kind: str = "") -> Signature:
    return Signature(re.compile(pattern, re.DOTALL), code, kind)


def _text(pattern: bytes, code: str, kind: str = "") -> Signature:
    return Signature(re.compile(pattern, re.DOTALL | re.IGNORECASE), code, kind)


# Where two or four letters are all there is to a signature, a table may begin with them: it needs something more.
BINARY_SIGNATURES = (
    _bytes(rb"\x89PNG\r\n\x1a\n", "image", "PNG"),
    _bytes(rb"\xff\xd8\xff", "image", "JPEG"),
    _bytes(rb"GIF8[79]a", "image", "GIF"),
    _bytes(rb"RIFF.{4}WEBP", "image", "WebP"),
    _bytes(rb"II\x2a\0|MM\0\x2a", "image", "TIFF"),
    _bytes(rb"BM.{4}\0\0\0\0", "image", "BMP"),
    _bytes(rb".{4}ftyp(?:hei[cfmsx]|hev[cmsx]|mif1|msf1)", "image", "HEIC"),
    _bytes(rb".{4}ftypavi[fs]", "image", "AVIF"),
    _bytes(rb"%PDF-", "pdf"),
    _bytes(rb"BZh[1-9](?:1AY&SY|\x17\x72\x45\x38\x50\x90)", "archive", "kind_bzip2_archive"),
    _bytes(rb"\xfd7zXZ\0", "archive", "kind_xz_archive"),
    _bytes(rb"7z\xbc\xaf\x27\x1c", "archive", "kind_7_zip_archive"),
    _bytes(rb"Rar!\x1a\x07", "archive", "kind_rar_archive"),
    _bytes(rb"\x28\xb5\x2f\xfd", "archive", "kind_zstandard_archive"),
    _bytes(rb"MSCF\0\0\0\0", "archive", "kind_windows_cabinet_archive"),
    _bytes(rb".{257}ustar(?:\0|  \0)", "archive", "kind_tar_archive"),
    # Workbooks of Excel 2 to 4 begin with their first record, not with a container.
    _bytes(rb"\x09(?:\0\x04|\x02\x06|\x04\x06)\0", "old_workbook", "kind_excel_2_to_4"),
    _bytes(rb"\0\0\x02\0\x06\x04\x06\0|\0\0\x1a\0[\0-\x05]\x10\x04\0", "old_workbook", "Lotus 1-2-3"),
    _bytes(rb"\{\\rtf", "office_document", "kind_formatted_text_document_rtf"),
    _bytes(rb"SQLite format 3\0", "other_data", "kind_sqlite_database"),
    _bytes(rb"\0\x01\0\0Standard (?:Jet|ACE) DB\0", "other_data", "kind_access_database"),
    _bytes(rb"!BDN.{4}SM", "other_data", "kind_outlook_data_file"),
    _bytes(rb"[\x03\x30\x83\x8b\xf5].[\x01-\x0c][\x01-\x1f].{8}\0\0", "other_data", "kind_dbase_table"),
    _bytes(rb"PAR[1E][\x15\x19]", "other_data", "kind_parquet_file"),
    _bytes(rb"ARROW1\0\0", "other_data", "kind_arrow_file"),
    _bytes(rb"\$FL[23]@\(#\)", "other_data", "kind_spss_file"),
    _bytes(rb"L\0\0\0\x01\x14\x02\0", "other_data", "kind_windows_shortcut"),
    _bytes(rb"bplist0\d", "other_data", "kind_apple_property_list_or_web_archive"),
    _bytes(rb"MZ.\0|\x7fELF|[\xcf\xce]\xfa\xed\xfe|\xca\xfe\xba\xbe", "not_a_table"),
)

# A line of a message's head, with those that go on with it (RFC 5322, 2.2).
_HEAD_LINE = rb"[a-z][\w-]{0,60}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*+"
_SQL_COMMENTS = rb"(?:(?:--|#)[^\r\n]*\s+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/;?\s*)*+"
_SETTING_COMMENTS = rb"(?:[#;][^\r\n]*\s+)*+"
_YAML_KEY = rb"[a-z_\"'][^\r\n:,;|\t]{0,60}:(?:[ \r\n]|\Z)"
_END = rb"[ \t]*[\r\n]+"

# Text that may follow blanks and a byte order mark.
TEXT_SIGNATURES = (
    _text(
        rb"(?:<\?xml\b[^>]{0,200}>.{0,2000}?|)<(?:\w{1,20}:)?workbook\b[^>]{0,2000}"
        rb"urn:schemas-microsoft-com:office:spreadsheet",
        "old_workbook",
        "kind_excel_2003_xml",
    ),
    _text(
        rb"(?:<\?xml\b[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)?"
        rb"(?:<(?:!doctype\s+html|html|head|body|table|thead|tr|div|center|meta|title|style|script)\b|"
        rb"<(?:p|a|b|i|span|font|br|hr|ul|ol|form|section|main|h[1-6])(?:\s[^<>]{0,2000})?/?>)",
        "html",
    ),
    _text(rb"<\?xml\b|<!doctype\b|<svg\b|<[a-z_][\w.:-]{0,99}(?:\s[^<>]{0,2000})?>\s*<[a-z_/!]", "xml"),
    _text(rb'from:\s*["<]{0,2}saved by ', "web_archive"),
    _text(
        rb"(?:from [^\r\n]+\r?\n)?(?:%b){0,60}?(?:received|message-id|return-path|delivered-to|subject):"
        rb"[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*+%b" % (_HEAD_LINE, _HEAD_LINE),
        "other_data",
        "kind_e_mail_message_or_mailbox",
    ),
    _text(rb"mime-version:\s*1\.0", "web_archive"),
    _text(
        rb"%b\[\[?[\w .\"-]{1,60}\]\]?%b(?:[#;][^\r\n]*%b)*+[\w.\"-]{1,60}[ \t]*="
        % (_SETTING_COMMENTS, _END, _END),
        "other_data",
        "kind_file_of_settings_toml_or_ini",
    ),
    _text(rb'\{\s*"[^{}]{0,2000}(?:"doc_id"|//docs\.google\.com/)', "google_shortcut"),
    _text(rb'\{\s*("[^"\n]*"\s*:|\}\s*\Z)|\[\s*(\{|\[|\]\s*\Z)|\["[^\r\n]*\],?[ \t]*[\r\n]\s*\["', "json"),
    _text(rb"begin:vcard\b", "vcard"),
    _text(rb"begin:vcalendar\b", "other_data", "kind_calendar_icalendar"),
    # A table may well begin with ID and a semicolon: the records below tell.
    _bytes(
        rb"ID;P[^;\r\n]*(?:;[A-Z]\d*)*%b(?:(?:[BDEFOPUWX]|N[NEU])(?:;[^\r\n]*)?%b)*+C;(?:[XY]\d|K[\"\d-])"
        % (_END, _END),
        "old_workbook",
        "kind_sylk",
    ),
    _bytes(rb'TABLE%b0,1%b"' % (_END, _END), "old_workbook", "kind_dif"),
    _text(
        rb"(?:#[^\r\n]*\s+|version:\s*\d+\s+)*+dn::? [^\r\n]*%b(?: [^\r\n]*%b)*+"
        rb"(?:#[^\r\n]*%b)*+[a-z][\w.;-]*::?[ <]" % (_END, _END, _END),
        "other_data",
        "kind_address_book_in_ldif",
    ),
    _text(
        rb"%b(?:create (?:table|database|schema|type|sequence)\s|drop (?:table|database)\s|"
        rb"insert (?:or \w+ )?into\s+\S+\s*(?:\(|values\b|select\b)|pragma \w+\s*=|begin(?: transaction)?;|"
        rb"start transaction;|lock tables\s|use [\w`\"]+;|set (?:names\b|@?@?[\w.]+\s*(?:=|to\b))|"
        rb"copy \S+ \([^)]*\) from stdin)" % _SQL_COMMENTS,
        "other_data",
        "kind_database_dump_sql",
    ),
    _text(
        rb"UNA.{5}\s*'|UNA.{6}\s*UNB\+|UNB\+UNO[A-Y][:+]|ISA\*\d\d\*",
        "other_data",
        "kind_message_of_electronic_data_interchange",
    ),
    _text(
        rb"%%YAML|---%b(?:- |%b)|%b(?:- ?%b[^\r\n]*%b {2,8}%b|[\w-]{1,60}:%b {0,8}- ?%b)"
        % (_END, _YAML_KEY, _SETTING_COMMENTS, _YAML_KEY, _END, _YAML_KEY, _END, _YAML_KEY),
        "other_data",
        "kind_yaml_file",
    ),
    _text(
        rb"(?:%[^\r\n]*\s+)*+@relation\s+[^\r\n]+\s+(?:%[^\r\n]*\s+)*+@attribute\s",
        "other_data",
        "kind_arff_file",
    ),
    _text(rb"-----BEGIN [A-Z0-9 ]{1,40}-----", "other_data", "kind_encrypted_or_signed_message_or_a_key"),
    _bytes(rb"%!PS-|\\documentclass\b", "office_document", "kind_document_for_printing"),
)
