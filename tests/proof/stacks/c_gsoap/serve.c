/* ProcessClaimSpecification by gSOAP: serve PORT JUDGE_PORT
 *
 * Built with what wsdl2h and soapcpp2 make of the WSDL. Each connection has a thread. What comes is kept as it is
 * read; the validation service says what it is worth, and the generated code reads it into the contract's types.
 */
#define _GNU_SOURCE
#include "soapH.h"
#include "ProcessClaimSpecificationResponderBinding.nsmap"
#include <pthread.h>

#define VERDICT 1000000

struct call {
    char *bytes; /* the request as it has been read, headers and all */
    size_t length, room;
    size_t (*read)(struct soap *, char *, size_t);
};

static int judge_port;

/* Give the body of a request, NULL until all of its headers have come; tell how long it is said to be. */
static const char *begun(const struct call *call, size_t *length)
{
    const char *end = call->bytes ? strstr(call->bytes, "\r\n\r\n") : NULL, *told;
    if (!end)
        return NULL;
    told = strcasestr(call->bytes, "\r\nContent-Length:");
    *length = told && told < end ? strtoul(told + 17, NULL, 10) : 0;
    return end + 4;
}

/* Read no further than the request goes, and keep what is read. */
static size_t keeping(struct soap *soap, char *buffer, size_t size)
{
    struct call *call = soap->user;
    size_t length = 0, got;
    const char *body = begun(call, &length);
    if (body && call->length >= (size_t)(body - call->bytes) + length)
        return 0; /* the connection stays open for an answer */
    got = call->read(soap, buffer, size);
    if (call->length + got + 1 > call->room) {
        call->room = 2 * (call->length + got + 1);
        call->bytes = realloc(call->bytes, call->room);
    }
    memcpy(call->bytes + call->length, buffer, got);
    call->length += got;
    call->bytes[call->length] = '\0';
    return got;
}

/* Give the body of a request, read to its end. */
static const char *body_of(struct soap *soap, size_t *length)
{
    static __thread char more[65536];
    while (keeping(soap, more, sizeof more) > 0)
        continue;
    return begun(soap->user, length);
}

/* Ask the validation service; give its answer's body, empty where there is none. */
static char *verdict_on(struct soap *soap)
{
    size_t length = 0;
    const char *body = body_of(soap, &length);
    char *answer = soap_malloc(soap, VERDICT), head[256], *text;
    size_t got = 0;
    ssize_t more;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(judge_port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    answer[0] = '\0';
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (body && connect(fd, (struct sockaddr *)&to, sizeof to) == 0) {
        snprintf(head, sizeof head,
                 "POST /judge HTTP/1.0\r\nHost: localhost\r\nContent-Type: text/xml\r\nContent-Length: %zu\r\n\r\n",
                 length);
        if (write(fd, head, strlen(head)) > 0) {
            size_t sent = 0;
            while (sent < length && (more = write(fd, body + sent, length - sent)) > 0)
                sent += more;
            while (got + 1 < VERDICT && (more = read(fd, answer + got, VERDICT - 1 - got)) > 0)
                got += more;
            answer[got] = '\0';
        }
    }
    close(fd);
    text = strstr(answer, "\r\n\r\n");
    return text ? text + 4 : "";
}

/* Answer by the verdict. Shape: OK or ERROR, a line; the claim's id, a line; the comment. */
static int answer(struct soap *soap, const char *verdict, const char *read_id,
                  struct ns3__ProcessClaimSpecificationResponseType *response)
{
    const char *id = strchr(verdict, '\n'), *comment = id ? strchr(id + 1, '\n') : NULL;
    int accepted = strncmp(verdict, "OK\n", 3) == 0;
    if (!comment || (!accepted && strncmp(verdict, "ERROR\n", 6) != 0))
        return soap_receiver_fault(soap, "Technical error", NULL);
    if (accepted && (!read_id || strlen(read_id) != (size_t)(comment - id - 1) ||
                     strncmp(read_id, id + 1, comment - id - 1) != 0))
        return soap_receiver_fault(soap, "The stack has read another id than the validation service", NULL);
    response->resultCode = accepted ? ns3__ResultCodeEnum__OK : ns3__ResultCodeEnum__ERROR;
    response->comment = comment[1] ? (char *)comment + 1 : NULL;
    return SOAP_OK;
}

int __ns1__ProcessClaimSpecification(struct soap *soap, struct ns3__ProcessClaimSpecificationType *request,
                                     struct ns3__ProcessClaimSpecificationResponseType *response)
{
    struct ns4__ProcessClaimSpecificationType *claim = request ? request->claimSpecification : NULL;
    return answer(soap, verdict_on(soap), claim ? claim->id : NULL, response);
}

/* What the generated code does not read as the contract's types, the contract answers with ERROR. */
static int answer_error(struct soap *soap, const char *verdict)
{
    struct ns3__ProcessClaimSpecificationResponseType response;
    soap_default_ns3__ProcessClaimSpecificationResponseType(soap, &response);
    soap->error = SOAP_OK;
    if (answer(soap, verdict, NULL, &response))
        return soap_send_fault(soap);
    soap_serializeheader(soap);
    soap->header = NULL;
    soap_serialize_ns3__ProcessClaimSpecificationResponseType(soap, &response);
    if (soap_begin_count(soap))
        return soap->error;
    for (int sending = !(soap->mode & SOAP_IO_LENGTH); sending < 2; sending++) {
        if (sending && soap_response(soap, SOAP_OK))
            return soap->error;
        if (soap_envelope_begin_out(soap) || soap_putheader(soap) || soap_body_begin_out(soap) ||
            soap_put_ns3__ProcessClaimSpecificationResponseType(
                soap, &response, "ns3:ProcessClaimSpecificationResponse", "") ||
            soap_body_end_out(soap) || soap_envelope_end_out(soap))
            return soap->error;
        if (!sending && soap_end_count(soap))
            return soap->error;
    }
    return soap_end_send(soap) || soap_closesock(soap);
}

/* Tell whether a request comes in chunks, which are not kept in a form that can be handed on. */
static int in_chunks(const struct call *call)
{
    size_t length;
    const char *body = begun(call, &length), *told = body ? strcasestr(call->bytes, "\r\nTransfer-Encoding:") : NULL;
    return told && told < body;
}

static void *serve(void *given)
{
    struct soap *soap = given;
    struct call *call = soap->user;
    if (soap_begin_recv(soap) == SOAP_OK && in_chunks(call)) {
        static const char refusal[] = "HTTP/1.1 411 Length Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        send(soap->socket, refusal, sizeof refusal - 1, 0);
        soap_closesock(soap);
        soap->error = SOAP_STOP;
    } else if (soap->error == SOAP_OK && soap_envelope_begin_in(soap) == SOAP_OK &&
        soap_recv_header(soap) == SOAP_OK && soap_body_begin_in(soap) == SOAP_OK)
        soap_serve_request(soap);
    if (soap->error && soap->error < SOAP_STOP) {
        const char *verdict = verdict_on(soap);
        if (strncmp(verdict, "ERROR\n", 6) == 0)
            answer_error(soap, verdict);
        else
            soap_send_fault(soap);
    }
    soap_destroy(soap);
    soap_end(soap);
    soap_done(soap);
    free(soap);
    free(call->bytes);
    free(call);
    return NULL;
}

int main(int argc, char **argv)
{
    struct soap *soap = soap_new1(SOAP_C_UTFSTRING | SOAP_XML_STRICT);
    if (argc < 3)
        return 2;
    judge_port = atoi(argv[2]);
    soap->bind_flags = SO_REUSEADDR;
    if (!soap_valid_socket(soap_bind(soap, "127.0.0.1", atoi(argv[1]), 100)))
        return 1;
    while (soap_valid_socket(soap_accept(soap))) {
        struct soap *copy = soap_copy(soap);
        struct call *call = calloc(1, sizeof *call);
        pthread_t thread;
        call->read = copy->frecv;
        copy->user = call;
        copy->frecv = keeping;
        if (pthread_create(&thread, NULL, serve, copy) == 0)
            pthread_detach(thread);
    }
    return 0;
}
