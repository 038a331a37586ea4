"""An account: the connection to it, what it has, and whether it can be used."""
