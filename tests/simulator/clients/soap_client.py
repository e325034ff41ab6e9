"""Call a service by its WSDL with zeep: ``soap_client.py WSDL AUTHORITY CERTIFICATE KEY``.

Standard input is JSON: ``operation``, ``logicalAddress``, ``message``. So is what is printed:
``answer``, or ``fault`` with ``code``, ``text`` and ``detail``.
"""

import json
import sys

from requests import Session
from zeep import Client, Transport
from zeep.exceptions import Fault
from zeep.helpers import serialize_object

wsdl, authority, certificate, key = sys.argv[1:]
call = json.load(sys.stdin)

session = Session()
session.trust_env = False  # no proxy, and no other authorities than the one given
session.verify = authority
session.cert = (certificate, key)
client = Client(wsdl, transport=Transport(session=session))

header = {"LogicalAddress": call["logicalAddress"]}
try:
    answer = client.service[call["operation"]](**call["message"], _soapheaders=header)
    result = {"answer": serialize_object(answer, dict)}
except Fault as fault:
    detail = "".join(fault.detail.itertext())
    result = {"fault": {"code": fault.code, "text": fault.message, "detail": detail}}
json.dump(result, sys.stdout, default=str)
