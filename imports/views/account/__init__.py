"""An account: who imports into it now, what Dotdigital allows, and stopping it."""
