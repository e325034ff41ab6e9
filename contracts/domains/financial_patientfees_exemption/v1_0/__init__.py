"""Version 1.0 of financial:patientfees:exemption."""
