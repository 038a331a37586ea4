"""Contacts of accounts, read for plans: asked for, read by workers, and gone when their time is over."""
