"""Workers: what wakes them, what they hold, how they fail. The only room that knows RQ."""
