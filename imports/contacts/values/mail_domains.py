"""Well-known mail domains, and how a slip in one of them is told."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA

# First label -> endings. Names that no other word resembles: any slip in them is told.
_UNMISTAKABLE: dict[str, str] = {
    "gmail": "com",
    "googlemail": "com co.uk de",
    "hotmail": (
        "com be ca ch cl co.jp co.th co.uk com.ar com.au com.br com.mx com.tr cz de dk es fi fr gr hu it jp "
        "nl no pt ro rs se sg sk"
    ),
    "outlook": (
        "com at be bg ca ch cl co.id co.nz co.th co.uk com.ar com.au com.br com.es com.gr com.pe com.tr com.vn "
        "cz de dk es fr hu ie in it jp kr lv my nl ph pl pt ro sa se sg sk uk"
    ),
    "yahoo": (
        "com at be bg ca ch cl cn co.id co.in co.jp co.kr co.nz co.th co.uk co.za com.ar com.au com.br com.cn "
        "com.co com.hk com.mx com.my com.ph com.sg com.tr com.tw com.ve com.vn cz de dk es fi fr gr hr hu ie in "
        "it nl no pl pt ro ru se sk"
    ),
    "rocketmail": "com",
    "windowslive": "com",
    "icloud": "com",
    "protonmail": "com ch",
    "t-online": "de",
    "freenet": "de",
    "unitybox": "de",
    "wanadoo": "fr es nl",
    "laposte": "net fr",
    "libero": "it",
    "tiscali": "it co.uk",
    "virgilio": "it",
    "telefonica": "net es de",
    "hetnet": "nl",
    "kpnmail": "nl",
    "planet": "nl",
    "xs4all": "nl",
    "ziggo": "nl",
    "telenet": "be",
    "skynet": "be",
    "bluewin": "ch",
    "btinternet": "com",
    "virginmedia": "com",
    "ntlworld": "com",
    "comcast": "net",
    "verizon": "net",
    "bellsouth": "net",
    "sbcglobal": "net",
    "bigpond": "com net.au com.au",
    "interia": "pl eu com",
    "gazeta": "pl",
}

# Short names and everyday words, which other domains resemble by chance.
_RESEMBLED: dict[str, str] = {
    "aol": "com at be ca co.uk com.au com.br de dk es fi fr in it jp nl pl se",
    "alice": "it de",
    "aon": "at com",
    "arcor": "de",
    "bbox": "fr",
    "free": "fr",
    "gmx": "de net at ch com co.uk es eu fr info li org us",
    "home": "nl",
    "live": (
        "com at be ca ch cl cn co.kr co.uk co.za com.ar com.au com.mx com.my com.ph com.pt com.sg de dk fi fr hk "
        "ie in it jp nl no ph ru se"
    ),
    "mac": "com",
    "mail": "com de ru",
    "mailbox": "org",
    "me": "com",
    "msn": "com nl",
    "neuf": "fr",
    "o2": "pl co.uk",
    "onet": "pl eu com.pl",
    "op": "pl",
    "orange": "fr es pl be co.uk net",
    "pm": "me",
    "poczta": "onet.pl fm",
    "proton": "me",
    "sapo": "pt",
    "sfr": "fr",
    "sky": "com",
    "terra": "es com.br com",
    "tin": "it",
    "tlen": "pl",
    "web": "de",
    "wp": "pl",
    "ymail": "com",
}

# One letter away from a domain above, and domains of their own.
_OTHERS = {
    *(
        "cloud.com",
        "email.com",
        "hmail.com",
        "imail.com",
        "inmail.com",
        "fmail.com",
        "qmail.com",
        "tmail.com",
    ),
    *(
        "vmail.com",
        "zmail.com",
        "libera.it",
        "planet.nu",
        "freenet.am",
        "gazeta.ru",
        "yaho.com",
        "telenet.bg",
    ),
    *("outlook.co", "interia.it", "comcast.com", "verizon.com", "skynet.de", "planet.de", "ziggo.tv"),
}


def _domains(names: dict[str, str]) -> Iterator[str]:
    for name, endings in names.items():
        yield from (".".join(parts) for parts in product([name], endings.split()))


_CERTAIN, _LIKELY = tuple(_domains(_UNMISTAKABLE)), tuple(_domains(_RESEMBLED))

WELL_KNOWN = frozenset({*_CERTAIN, *_LIKELY, *_OTHERS})
"""Domains that are what they say; in lower case."""

# Slips repeat in a file, and are looked at again for every page of a report.
MAX_KEPT_DOMAINS = 4_096

# One slip leaves the first two characters alone, or all from the fourth on. Short domains are all looked at.
_SHORT_CHARS = 9
_MAX_CHARS = max(map(len, WELL_KNOWN)) + 1
_LONG = [domain for domain in (*_CERTAIN, *_LIKELY) if len(domain) >= _SHORT_CHARS]
_HEADS = "|".join(sorted({re.escape(domain[:2]) for domain in _LONG}))
_TAILS = "|".join(sorted({re.escape(domain[3:]) for domain in _LONG}))
_RESEMBLES = rf"^(?:{_HEADS})|(?:{_TAILS})$"


def are_slips(domains: pl.Expr) -> pl.Expr:
    """Whether `slip_of` knows what the domains, in lower case, were meant to be; false for null."""

    def run(series: pl.Series) -> pl.Series:
        chars, domain = pl.col("domain").str.len_chars(), pl.col("domain")
        resembling = (chars <= _SHORT_CHARS) | (chars <= _MAX_CHARS) & domain.str.contains(_RESEMBLES)
        different = series.drop_nulls().unique().to_frame("domain").filter(resembling)["domain"]
        slips = [domain for domain in different if slip_of(domain) is not None]
        return series.is_in(slips).fill_null(value=False)

    return domains.map_batches(run, return_dtype=pl.Boolean)


@lru_cache(MAX_KEPT_DOMAINS)
def slip_of(domain: str) -> str | None:
    """The well-known domain that `domain`, in lower case, looks like a slip of.

    A slip is one letter too many, missing or wrong, or two neighbours swapped (optimal string alignment
    distance 1). What is well known itself is no slip, nor is the same name under another country's two
    letters. Of short names and everyday words, only swapped letters and endings of three and more letters
    are told: `wep.de` may well be somebody's.
    """
    if domain in WELL_KNOWN:
        return None
    for known, *_ in process.extract(domain, _CERTAIN, scorer=OSA.distance, score_cutoff=1, limit=None):
        if not _is_another_countrys(domain, known):
            return known
    for known, *_ in process.extract(domain, _LIKELY, scorer=OSA.distance, score_cutoff=1, limit=None):
        (name, _, ending), known_name = domain.partition("."), known.partition(".")[0]
        if sorted(domain) == sorted(known) or (name == known_name and len(ending) > 2):
            return known
    return None


def _is_another_countrys(domain: str, known: str) -> bool:
    (name, _, ending), (known_name, _, known_ending) = domain.rpartition("."), known.rpartition(".")
    is_swapped = ending == known_ending[::-1]
    return name == known_name and len(ending) == len(known_ending) == 2 and not is_swapped
