"""What an import would do to an account: its contacts as they were read, and a prepared table beside them. Pure."""
