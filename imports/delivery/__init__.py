"""The way of a batch: when it is sent, what the answer means, what became of its contacts."""
