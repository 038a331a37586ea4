"""How people sign in: django-allauth, as the portal wants it. Its pages are in templates/account and templates/mfa.

`account_adapter` and `factor_adapter` are what allauth asks, `sign_in_forms` its forms in the portal's words,
`second_factor` asks for one where it is compulsory.
"""
