"""Service domain financial:patientfees:exemption, Högkostnadsskydd."""
