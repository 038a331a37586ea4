"""A stand-in Dotdigital over HTTP: demo, training ground, and what tests talk to.

It shares no code with the portal. The way of a call:

    __main__ -> server -> application (middleware) -> routes -> intake | account | pages
    worker -> processing -> checks, matching, merging -> contacts -> store (SQLite)

Where the public documents are silent, the choice made here is written beside the code that makes it, and
`failures.py` lists every reason for which a row may be refused.
"""
