"""What can stop the launcher before the portal runs."""

from __future__ import annotations

EXIT_FAILED = 1
EXIT_MISCONFIGURED = 2


class LaunchError(Exception):
    """The portal cannot be started. The message is one or two sentences for the person at the shell."""

    exit_code = EXIT_FAILED


class ConfigurationError(LaunchError):
    """The environment asks for something that cannot be had; the message names the variable to set."""

    exit_code = EXIT_MISCONFIGURED
