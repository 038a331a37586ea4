"""Files to start from: headers that are understood without help, and people who do not exist.

The sample passes the portal's own check. Its addresses are under `example.com` and `example.org`, which nobody can
have; its mobile numbers are valid, and nobody's: regulators keep them free for books and films. Australia's are those
of the ACMA, Sweden's of the PTS, Germany's of the Bundesnetzagentur, and those of the North American plan have 555-01.
The British ones, 07700 900xxx, are kept free too, but are in no range that is given out, so they do not pass as valid.
"""

TEMPLATE_HEADERS = ("Email", "Mobile number", "Country", "First name", "Last name", "Birthday")
SAMPLE_ROWS = (
    ("ada.example@example.com", "+61491570156", "AU", "Ada", "Example", "1985-12-10"),
    ("grace.sample@example.org", "0491 570 157", "AU", "Grace", "Sample", "1990-03-04"),
    ("jose.muestra@example.com", "+46 70 174 06 05", "SE", "José", "Muestra", ""),
    ("greta.muster@example.org", "0176 04069001", "DE", "Greta", "Muster", "1978-07-21"),
    ("sam.specimen@example.com", "(202) 555-0123", "US", "Sam", "Specimen", "2001-02-14"),
)
