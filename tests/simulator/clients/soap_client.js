// Call a service by its WSDL with soap from npm: soap_client.js WSDL AUTHORITY CERTIFICATE KEY
//
// Standard input is JSON: operation, logicalAddress, message. So is what is printed:
// answer, or fault with code, text and detail.

const fs = require("fs");
const https = require("https");
const soap = require("soap");

const REGISTRY = "urn:riv:itintegration:registry:1";

async function main() {
  const [wsdl, authority, certificate, key] = process.argv.slice(2);
  const call = JSON.parse(fs.readFileSync(0, "utf8"));

  const httpsAgent = new https.Agent({
    ca: fs.readFileSync(authority),
    cert: fs.readFileSync(certificate),
    key: fs.readFileSync(key),
  });
  const client = await soap.createClientAsync(wsdl, { wsdl_options: { httpsAgent, proxy: false } });
  client.setSecurity(new soap.ClientSSLSecurity(key, certificate, authority));

  client.addSoapHeader({ "riv:LogicalAddress": call.logicalAddress }, "", "riv", REGISTRY);
  try {
    const [answer] = await client[`${call.operation}Async`](call.message, { proxy: false });
    return { answer };
  } catch (error) {
    const fault = error.root?.Envelope?.Body?.Fault;
    if (!fault) throw error;
    const detail = fault.detail.detailString;
    return { fault: { code: fault.faultcode, text: fault.faultstring, detail } };
  }
}

main().then(
  (result) => console.log(JSON.stringify(result)),
  (error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
