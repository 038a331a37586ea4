"""Repairs of a checked file: made in its rows and by groups of problems, listed, undone, done again."""
