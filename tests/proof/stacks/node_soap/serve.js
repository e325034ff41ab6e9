// ProcessClaimSpecification by soap of npm: serve.js PORT JUDGE WSDL
//
// A request is judged as it came, and handed to the stack, which reads it by itself.

const fs = require("fs");
const http = require("http");
const soap = require("soap");

const RESPONDER = "urn:riv:financial:billing:claim:ProcessClaimSpecificationResponder:1";
// The stack goes by SOAPAction, and fails at one it does not know: it is handed the contract's own.
const ACTION = `"${RESPONDER}:ProcessClaimSpecification"`;
const WRITTEN = "text/xml; charset=utf-8";
const ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/";
// What the schema forbids the stack may fail to read: of what is refused it is handed the element alone.
const EMPTY =
  `<s:Envelope xmlns:s="${ENVELOPE}"><s:Body>` +
  `<r:ProcessClaimSpecification xmlns:r="${RESPONDER}"/></s:Body></s:Envelope>`;
const [port, judge, wsdl] = process.argv.slice(2);

async function judged(body) {
  const answer = await fetch(`${judge}/judge`, { method: "POST", body });
  const [code, id, ...comment] = (await answer.text()).split("\n");
  return { code, id, comment: comment.join("\n") };
}

function fault(side, text) {
  return { Fault: { faultcode: `soap:${side}`, faultstring: text, statusCode: 500 } };
}

function ProcessClaimSpecification(message, _done, _headers, request) {
  const { code, id, comment } = request.verdict;
  if (code === "OK" && readId(message) !== id)
    throw fault("Server", "The stack has read another id than the validation service");
  return { resultCode: code, ...(comment ? { comment } : {}) };
}

function readId(message) {
  const id = message?.claimSpecification?.id;
  return String(id?.$value ?? id ?? "").split(/\s+/).filter(Boolean).join(" ");
}

// The stack takes what it is given for UTF-8; by its byte order mark a message may be in UTF-16 as well.
function text(body) {
  const mark = body.subarray(0, 2).toString("hex");
  const encoding = { fffe: "utf-16le", feff: "utf-16be" }[mark] ?? "utf-8";
  return new TextDecoder(encoding).decode(body);
}

// The stack says of its answer what the request said of itself, whatever that was.
function asWritten(response) {
  const set = response.setHeader.bind(response);
  response.setHeader = (name, value) => set(name, name.toLowerCase() === "content-type" ? WRITTEN : value);
}

// What the stack cannot read it answers with its own exception as text: a fault is due instead.
function answerUnreadable(response) {
  const text = "The message cannot be read";
  response.writeHead(500, { "Content-Type": WRITTEN });
  response.end(
    `<soap:Envelope xmlns:soap="${ENVELOPE}"><soap:Body><soap:Fault><faultcode>soap:Client` +
      `</faultcode><faultstring>${text}</faultstring></soap:Fault></soap:Body></soap:Envelope>`,
  );
}

const services = {
  ProcessClaimSpecificationResponderService: {
    ProcessClaimSpecificationResponderPort: { ProcessClaimSpecification },
  },
};
const server = http.createServer((_request, response) => response.writeHead(404).end());
const xml = fs.readFileSync(wsdl, "utf8");
soap.listen(server, { path: "/claim", services, xml, uri: wsdl, suppressStack: true, callback: goBefore });

// The stack has taken the place of the listener: go before it, with the body already read.
function goBefore() {
  const [stack] = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", async (request, response) => {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const body = Buffer.concat(pieces);
    request.verdict = await judged(body);
    request.body = request.verdict.code === "ERROR" ? EMPTY : text(body);
    asWritten(response);
    request.headers.soapaction = ACTION;
    if (request.verdict.code === "UNREADABLE") answerUnreadable(response);
    else stack(request, response);
  });
  server.listen(Number(port), "127.0.0.1");
}
