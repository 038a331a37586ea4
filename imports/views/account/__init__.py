"""An account: who imports into it now, what Dotdigital allows, stopping it, and how it went over the last days."""
