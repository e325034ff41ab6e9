"""Certificates for mutual TLS: an authority of our own, good certificates and every bad kind."""
