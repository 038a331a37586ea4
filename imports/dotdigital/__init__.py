"""Dotdigital's REST API, as far as an import needs it. No Django, no settings, no queue.

In reading order: `types` and `import_states` (what is known), `errors` and `wording` (what can go wrong, and how
to say it), `hosts` (where credentials may go), `limits` (what may still be asked, and how long to wait), `answers`
and `envelopes` (reading JSON), `spool` and `import_status` (reading reports of any size), `refusals` (from an HTTP
answer to an error), `transport` (from a broken exchange to an error), `client` (the calls) and `discovery` (which
region an account lives in).
"""
