"""Writes the audit log: what can be recorded (`actions`), of what (`subjects`), how (`recording`), which moves of jobs
and batches are (`moves`), and how events are linked (`lanes`, `chain`). What becomes of them: imports/auditing."""
