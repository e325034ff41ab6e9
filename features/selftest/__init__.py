"""The suites tried on systems that are known to be wrong: what is caught, and by what."""
