"""What the check found, and the decision to import."""
