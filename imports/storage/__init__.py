"""Where the portal's files lie when that is not simply a folder of this machine, and how its faults are told.

`storage_errors` says what passes by itself, `s3` is the storage that several machines share, `cache` keeps copies of
what lies there, `verification` finds a process that sees another storage than the rest.
"""
