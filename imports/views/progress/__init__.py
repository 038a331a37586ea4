"""What is happening right now, and steering it."""
