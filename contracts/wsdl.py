"""A RIV-TA WSDL in, a ServiceContract out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from contracts.errors import HarnessError, MessageError
from contracts.parsing import parse

__all__ = ["ServiceContract", "read_wsdl"]

_NAMES = {
    "wsdl": "http://schemas.xmlsoap.org/wsdl/",
    "soap": "http://schemas.xmlsoap.org/wsdl/soap/",
    "xs": "http://www.w3.org/2001/XMLSchema",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceContract:
    """One interaction of a service domain, as its WSDL states it.

    Shape: ``namespace`` is the contract's identity at run time, the namespace of the first
           element in the SOAP body; ``request`` and ``response`` are ``{namespace}name``.
    Source: RIV-TA Basic Profile 2.1 BP-7, BP-15.
    """

    service_domain: str
    version: str
    interaction: str
    namespace: str
    request: str
    response: str
    soap_action: str
    profile: str
    wsdl: Path
    schema: Path

    def __str__(self) -> str:
        """Give domain, version and interaction, the way people name a contract."""
        return f"{self.service_domain} {self.version} {self.interaction}"


def read_wsdl(path: Path, *, service_domain: str, version: str) -> ServiceContract:
    """Read the contract that a WSDL describes: elements, action and schema from its own text.

    Raises: HarnessError where the WSDL cannot be read or lacks what a contract needs.
    """
    try:
        root = parse(path.read_bytes())
    except MessageError as error:
        raise HarnessError(error.what, where=f"{path}:{error.line or 1}") from None
    tree = root.getroottree()

    def one(xpath: str, what: str) -> etree._Element:
        found = tree.xpath(xpath, namespaces=_NAMES)
        if not isinstance(found, list) or not found or not isinstance(found[0], etree._Element):
            raise HarnessError(f"the WSDL has no {what}", where=str(path), mend="see RIV-TA BP 2.1")
        return found[0]

    operation = one("/wsdl:definitions/wsdl:portType/wsdl:operation", "operation")
    binding = one("/wsdl:definitions/wsdl:binding/wsdl:operation/soap:operation", "soap:operation")
    parts = {
        kind: one(
            f"/wsdl:definitions/wsdl:message[@name=substring-after("
            f"/wsdl:definitions/wsdl:portType/wsdl:operation/wsdl:{kind}/@message,':')]"
            "/wsdl:part[@name='parameters']",
            f"'parameters' part in its {kind} message",
        )
        for kind in ("input", "output")
    }
    request = _qualified(parts["input"])
    namespace = etree.QName(request).namespace or ""
    schema = one(
        f"/wsdl:definitions/wsdl:types/xs:schema/xs:import[@namespace='{namespace}']",
        f"schema import for {namespace}",
    )
    target = root.get("targetNamespace", "")
    return ServiceContract(
        service_domain=service_domain,
        version=version,
        interaction=operation.get("name", ""),
        namespace=namespace,
        request=request,
        response=_qualified(parts["output"]),
        soap_action=binding.get("soapAction", ""),
        profile=target.rpartition(":")[2],
        wsdl=path,
        schema=(path.parent / schema.get("schemaLocation", "")).resolve(),
    )


def _qualified(part: etree._Element) -> str:
    prefix, _, local = part.get("element", "").rpartition(":")
    return f"{{{part.nsmap.get(prefix or None, '')}}}{local}"
