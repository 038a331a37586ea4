"""The types of values, a class each: everything that is to be known of a type stands in its class.

value_type.py     what a type says of itself, and what all have in common
type_settings.py  how a column is read, as far as that is to be chosen: data, of which all else is made
registry.py       every type, a line each
"""
