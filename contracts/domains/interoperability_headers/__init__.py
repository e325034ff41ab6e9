"""Domain interoperability:headers, SOAP headers that service domains share."""
