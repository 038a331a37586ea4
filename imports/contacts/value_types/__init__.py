"""The types of values, a class each: everything that is to be known of a type stands in its class.

value_type.py     what a type says of itself, and what all have in common
type_settings.py  how a person is asked how a column is read, as data that the mapping page makes fields of
registry.py       every type, a line each
"""
