"""The acceptance suites, in Swedish, and how they are run against a system."""
