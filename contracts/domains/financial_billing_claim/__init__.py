"""Service domain financial:billing:claim, Utomlänsfakturering."""
