"""The words of names that are neither first nor last: particles, titles, and what stands behind a name."""

from imports.languages.known_languages import words_in_all

_TITLES_ANYWHERE = ("dr", "prof", "professor", "dr med", "dr jur", "dr phil", "dr rer nat")

SMALL_PARTICLES = ("e", "y")
"""Portuguese and Spanish "and", as capitals initials of somebody's middle name."""

TITLES = ", ".join((*_TITLES_ANYWHERE, *words_in_all("TITLES")))
"""What stands in front of a name; in lower case, without the dots at the ends of words."""

SUFFIXES = (
    "jr, jnr, junior, sr, snr, senior, ii, iii, iv, phd, ph.d, md, m.d, mba, esq, esquire, bsc, "
    "b.sc, msc, m.sc, llb, ll.b, llm, ll.m, dds, cpa, obe, mbe, cbe, dipl-ing, filho, neto, fils"
)
"""What stands behind a name and is none of it; in lower case, without dots at the end."""

TITLES_WITH_DOT = "arch, avv, capt, eng, fr, hr, ing, ir, lic, m, mag, me, mm, sig"
"""What is a title with a dot, and may be a name without. `M.` is Monsieur, and now and then an initial."""


def any_of(*lists: str) -> str:
    """A pattern for the words of comma-separated lists, the longest first, with or without their dots."""
    words = {word for words in lists for word in words.split(", ")}
    patterns = (
        word.replace(".", "[.]?").replace("'", "['’]").replace(" ", "[.]? ").replace("-", "[.]?-? ?")
        for word in sorted(words, key=lambda word: (-len(word), word))
    )
    return f"(?:{'|'.join(patterns)})"


_PARTICLE_WORDS = any_of(", ".join(words_in_all("PARTICLES")))
SMALL_PARTICLE = rf"(?:{_PARTICLE_WORDS}|{'|'.join(SMALL_PARTICLES)})"
"""A particle in small letters."""
PARTICLE = rf"(?:(?i:{_PARTICLE_WORDS})|{'|'.join(SMALL_PARTICLES)})"
"""A particle in any letter case."""
