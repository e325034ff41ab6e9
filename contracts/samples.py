"""A message of any contract, made by its schema: bare, or with the headers its WSDL asks for."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from contracts.envelope import envelope
from contracts.examples import full, minimal
from contracts.schema_model import SchemaModelError, read_model
from contracts.wsdl import ServiceContract, schemas_of

__all__ = ["ADDRESS", "sample", "sample_envelope"]

ADDRESS = "SE2321000016-PROVBANK1"
"""A logical address for those who name none."""


def sample(
    contract: ServiceContract, *, response: bool = False, is_full: bool = True, seed: int = 0
) -> etree._Element:
    """Make a request or response that is valid by the contract's schema.

    Shape:  full or minimal, as in ``contracts.examples``; the seed chooses the values of a full
            one. Rules beside the schema are not known here.
    Raises: SchemaModelError where no message can be made by the schema.
    """
    root = contract.response if response else contract.request
    return _made(contract.schema, root, is_full=is_full, seed=seed)


def sample_envelope(
    contract: ServiceContract,
    payload: etree._Element,
    *,
    response: bool = False,
    logical_address: str = ADDRESS,
) -> bytes:
    """Wrap a payload in an envelope with every header that the WSDL binds to such messages.

    Shape:  the address is text in the header of the contract's profile; any other header is a
            minimal one by its own schema.
    Raises: SchemaModelError where a header's schema is not there, or none can be made by it.
    """
    schemas = schemas_of(contract.wsdl)
    headers = []
    for name in contract.response_headers if response else contract.headers:
        if name == contract.address_header:
            header = etree.Element(name)
            header.text = logical_address
        else:
            namespace = name[1:].partition("}")[0]
            if namespace not in schemas:
                raise SchemaModelError(
                    f"the WSDL imports no schema for its header {name}",
                    where=str(contract.wsdl),
                    mend="ask for the message without its envelope",
                )
            header = _made(schemas[namespace], name, is_full=False)
        headers.append(header)
    return envelope(payload, headers=headers)


def _made(schema: Path, root: str, *, is_full: bool, seed: int = 0) -> etree._Element:
    model = read_model(schema)
    made = full(model, root, seed=seed) if is_full else minimal(model, root)
    etree.cleanup_namespaces(made)
    return made
