"""Which imports carried whom: keyed digests of the identifiers of each row, which outlive everything else of a file."""
