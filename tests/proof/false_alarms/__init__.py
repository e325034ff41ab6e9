"""Systems that are right in an uncommon way, each certified against its whole suite: no alarm."""
