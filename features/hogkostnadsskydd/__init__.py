"""Högkostnadsskydd: the suites of financial:patientfees:exemption, a folder a role."""
