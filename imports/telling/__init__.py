"""Telling people what becomes of their imports: the words, the e-mails, and sending them once."""
