"""The steps of Utomlänsfakturering: Givet, När and Så, beside those of all suites."""
