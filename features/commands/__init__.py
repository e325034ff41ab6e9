"""The larger commands of the suites, one module each; provbank.py puts them together."""
