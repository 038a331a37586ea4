"""The start page: what was imported, by whom, and what waits for somebody."""
