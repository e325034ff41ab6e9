<?php
// ProcessClaimSpecification by PHP's SoapServer: php -S 127.0.0.1:PORT serve.php, with JUDGE and WSDL set.
//
// A request is judged as it came, and handed to the stack, which reads it by itself. The message's type is
// taken as XML: the stack's own reading stops at the first thing that the schema does not allow.

const RESPONDER = 'urn:riv:financial:billing:claim:ProcessClaimSpecificationResponder:1';
const DOMAIN = 'urn:riv:financial:billing:claim:1';

ini_set('display_errors', '0');
ini_set('soap.wsdl_cache_enabled', '0');

$body = file_get_contents('php://input');
$asking = stream_context_create(['http' => [
    'method' => 'POST', 'content' => $body, 'header' => 'Content-Type: text/xml',
]]);
$verdict = explode("\n", file_get_contents(getenv('JUDGE') . '/judge', false, $asking), 3);

final class Claims
{
    public function __construct(private readonly array $verdict) {}

    public function ProcessClaimSpecification(?string $message): array
    {
        [$code, $id, $comment] = $this->verdict;
        if ($code === 'UNREADABLE') { // the stack reads more than the contract has, SOAP 1.2 for one
            throw new SoapFault('Client', 'The message is no claim specification');
        }
        if ($code === 'OK' && $this->readId((string) $message) !== $id) {
            throw new SoapFault('Server', 'The stack has read another id than the validation service');
        }
        return ['resultCode' => $code] + ($comment === '' ? [] : ['comment' => $comment]);
    }

    private function readId(string $message): string
    {
        $document = new DOMDocument();
        $document->loadXML($message, LIBXML_NONET | LIBXML_PARSEHUGE);
        $found = $document->getElementsByTagNameNS(DOMAIN, 'id')->item(0);
        return trim((string) $found?->textContent);
    }
}

function as_xml(string $xml): string
{
    return $xml;
}

$server = new SoapServer(getenv('WSDL'), [
    'soap_version' => SOAP_1_1,
    'encoding' => 'UTF-8',
    'typemap' => [['type_ns' => RESPONDER, 'type_name' => 'ProcessClaimSpecificationType', 'from_xml' => 'as_xml']],
]);
$server->setObject(new Claims($verdict));
try {
    $server->handle($body);
} catch (SoapFault $fault) {
    $server->fault($fault->faultcode, $fault->faultstring);
}
