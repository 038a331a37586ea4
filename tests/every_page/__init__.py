"""Every page in every state, in a browser: rules that hold for all of them."""
