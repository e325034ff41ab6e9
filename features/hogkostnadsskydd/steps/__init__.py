"""The steps of Högkostnadsskydd: Givet, När and Så, beside those of all suites."""
