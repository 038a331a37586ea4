"""How the file is read, and having it read another way."""
