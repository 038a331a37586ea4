"""What codes of a report's failures mean for whoever would send the same contact again."""

BARRED = frozenset({"globallysuppressed", "suppressedbydomain"})
"""Codes, in lower case, of contacts that Dotdigital takes from nobody: sending them again changes nothing. They are
suppressed for the account, or their domain is (the reference page on import status)."""
