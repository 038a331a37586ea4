"""The way of a job, a step a module; with `delivery`, the only writers of status."""
