"""What a person has been told of their imports."""
