<?php
// Call a service by its WSDL with SoapClient: soap_client.php WSDL AUTHORITY CERTIFICATE KEY
//
// Standard input is JSON: operation, logicalAddress, message. So is what is printed:
// answer, or fault with code, text and detail.

const REGISTRY = 'urn:riv:itintegration:registry:1';

[, $wsdl, $authority, $certificate, $key] = $argv;
$call = json_decode(stream_get_contents(STDIN), true, flags: JSON_THROW_ON_ERROR);

$tls = ['cafile' => $authority, 'local_cert' => $certificate, 'local_pk' => $key];
$client = new SoapClient($wsdl, [
    'stream_context' => stream_context_create(['ssl' => $tls]),
    'cache_wsdl' => WSDL_CACHE_NONE,
]);

$header = new SoapHeader(REGISTRY, 'LogicalAddress', $call['logicalAddress']);
try {
    $answer = $client->__soapCall($call['operation'], [$call['message']], null, $header);
    $result = ['answer' => $answer];
} catch (SoapFault $fault) {
    if (!isset($fault->detail)) throw $fault; // the client's own: no WSDL, no connection
    $detail = $fault->detail->detailString;
    $result = ['fault' => ['code' => $fault->faultcode, 'text' => $fault->faultstring, 'detail' => $detail]];
}
echo json_encode($result, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE), "\n";
