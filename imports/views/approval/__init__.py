"""The approval of an import before it is sent."""
