"""The linter: a package of WSDL and schemas in, what deviates from RIV-TA out."""
