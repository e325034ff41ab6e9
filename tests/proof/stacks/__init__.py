"""Real SOAP stacks as systems under test: each serves the claims contract by its WSDL.

What a message is worth they ask a service of ours, as a vendor asks a validation service; reading,
dispatching and writing are the stack's own, and so are its faults.
"""
