"""Utomlänsfakturering: the suites of financial:billing:claim, a folder a role."""
