"""The words of names that are neither first nor last: particles, titles, and what stands behind a name."""

PARTICLES: dict[str, str] = {
    "de": "von, vom, zu, zum, zur, und zu, von und zu, von der, von dem, von den, auf der",
    "nl": (
        "van, van de, van den, van der, van het, van 't, van ’t, de, den, der, in 't, ter, ten, te, op "
        "de, op den, op 't, uit de, uit den, in de, in den, aan de, vander"
    ),
    "fr": "de, de la, du, des, le, la",
    "es": "de, de la, de las, de los, del",
    "it": "di, de, del, della, dello, dei, degli, dalla, dal, da",
    "pt": "da, das, do, dos, de",
    "en": "st., st, saint, ap, af, bin, ibn",
}
"""Language -> what begins a surname of several words; in lower case. Polish has none."""

SMALL_PARTICLES = ("e", "y")
"""Portuguese and Spanish "and", as capitals initials of somebody's middle name."""

TITLES: dict[str, str] = {
    "any": "dr, prof, professor, dr med, dr jur, dr phil, dr rer nat",
    "en": "mr, mrs, ms, miss, mx, sir, dame, lady, lord, rev, reverend, doctor",
    "de": "herr, herrn, frau, fräulein, dipl-ing, dipl-kfm, doktor, familie",
    "fr": "monsieur, madame, mademoiselle, mme, mlle, maître, docteur",
    "es": "señor, señora, señorita, sr, sra, srta, dña, doña, doctor, doctora, dra",
    "it": "signor, signora, signorina, sig.ra, sig.na, dott, dott.ssa",
    "nl": "dhr, mevr, mevrouw, meneer, mw, de heer, drs",
    "pl": "pan, pani, inż, mgr, hab",
    "pt": "senhor, senhora, sr, sra, sr.a, srª, dona, doutor, doutora",
}
"""Language -> what stands in front of a name; in lower case, without the dots at the ends of words."""

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


_PARTICLE_WORDS = any_of(*PARTICLES.values())
SMALL_PARTICLE = rf"(?:{_PARTICLE_WORDS}|{'|'.join(SMALL_PARTICLES)})"
"""A particle in small letters."""
PARTICLE = rf"(?:(?i:{_PARTICLE_WORDS})|{'|'.join(SMALL_PARTICLES)})"
"""A particle in any letter case."""
