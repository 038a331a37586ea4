from tests.pipeline.people import account, alice

__all__ = ["account", "alice"]
