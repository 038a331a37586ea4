"""What became of every row: the ledger, the rows, the downloads."""
