"""Starts the whole portal on one machine, on its embedded default: what `make run` does after installing.

Reading order: `ports` and `keys` say whether and how it can start, `redis_server` and `prepare` make ready
what the rest needs, `process_table` is the table of what runs, `manager` runs it, `announcement` tells the person
where it is, and `sessions` sees to it that nothing stays behind. No module here but `prepare` imports Django.
"""
