"""What the addressing catalogue serves: its SOAP services, its published version, the TAK-API."""
