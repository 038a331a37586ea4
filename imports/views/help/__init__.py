"""What people can read about the portal while they use it."""
