"""Each rule of the profile: what keeps it, and what breaks it and nothing else."""

from __future__ import annotations

import codecs
from collections.abc import Callable

import pytest

from contracts.profile import profile
from features.plattform.of_answers import OF_ANSWERS
from features.plattform.of_requests import OF_REQUESTS
from features.plattform.rules import Rule, judged_by
from features.plattform.seen import Seen
from simulator.regions.buyer import answer as buyer_answer

Made = Callable[..., Seen]
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
OK = buyer_answer("OK").body.decode()
BARE = OK.partition("?>")[2].lstrip()


def broken(rules: tuple[Rule, ...], seen: Seen) -> set[str]:
    """Give the requirements that a message breaks, remarks left out."""
    return {
        name
        for name, found in judged_by(rules, seen).items()
        if found is not None and not found.remark
    }


def remarked(rules: tuple[Rule, ...], seen: Seen) -> set[str]:
    return {
        name for name, found in judged_by(rules, seen).items() if found is not None and found.remark
    }


@pytest.mark.parametrize("rules", [OF_ANSWERS, OF_REQUESTS])
def test_every_rule_is_of_the_catalogue_and_stands_once(rules: tuple[Rule, ...]) -> None:
    """A rule without requirement could never be reported."""
    names = [rule.requirement for rule in rules]

    assert len(set(names)) == len(names)
    assert set(names) <= set(profile())


def test_a_right_answer_breaks_nothing(answered: Made, faulted: Made, requested: Made) -> None:
    """All rules that apply are kept, and nothing is remarked on."""
    for rules, seen in (
        (OF_ANSWERS, answered()),
        (OF_ANSWERS, faulted()),
        (OF_REQUESTS, requested()),
    ):
        assert set(judged_by(rules, seen).values()) == {None}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(codecs.BOM_UTF8 + OK.encode(), "text/xml; charset=UTF-8", id="a mark"),
        pytest.param(BARE.encode(), "text/xml;charset=utf-8", id="no declaration"),
        pytest.param(BARE.encode(), 'text/xml; charset="utf-8"', id="a quoted charset"),
        pytest.param(BARE.encode(), "TEXT/XML; CHARSET=UTF8", id="another name of UTF-8"),
        pytest.param(
            codecs.BOM_UTF16_LE + OK.replace("UTF-8", "UTF-16").encode("utf-16-le"),
            "text/xml; charset=UTF-16",
            id="UTF-16",
        ),
        pytest.param(
            BARE.encode("utf-16-be"), "text/xml; charset=utf-16be", id="UTF-16 without a mark"
        ),
        pytest.param(BARE.encode(), "text/xml; charset=us-ascii", id="ASCII, which UTF-8 holds"),
    ],
)
def test_encodings_that_are_right(answered: Made, body: bytes, content_type: str) -> None:
    """Uncommon, and right: no false alarm."""
    seen = answered(body, headers={"content-type": content_type})

    assert set(judged_by(OF_ANSWERS, seen).values()) == {None}


@pytest.mark.parametrize(
    ("requirement", "old", "new", "content_type"),
    [
        pytest.param("RIV-R9702", "", "", "", id="no content type"),
        pytest.param("RIV-R9703", "", "", "application/soap+xml; charset=utf-8", id="SOAP 1.2"),
        pytest.param("RIV-R1018", "", "", "text/xml; charset=UTF-16", id="not UTF-16"),
        pytest.param("RIV-R1018", "", "", "text/xml; charset=okand", id="no charset there is"),
        pytest.param("RIV-R1018", "UTF-8", "iso-8859-1", "", id="declared otherwise"),
        pytest.param("RIV-R9701", "'1.0'", "'1.1'", "", id="XML 1.1"),
        pytest.param("RIV-R1008", "<soapenv:Env", "<!DOCTYPE x><soapenv:Env", "", id="a DTD"),
        pytest.param("RIV-R1009", "<soapenv:Env", "<?x y?><soapenv:Env", "", id="before the root"),
        pytest.param("RIV-R1009", "</soapenv:Body>", "<?x?></soapenv:Body>", "", id="within"),
        pytest.param(
            "RIV-R1011", "</soapenv:Body>", "</soapenv:Body><a xmlns='u'/>", "", id="after Body"
        ),
        pytest.param(
            "RIV-R1011", "<soapenv:Header/>", "<soapenv:Header/><soapenv:Header/>", "",
            id="two headers",
        ),
        pytest.param(
            "RIV-R9981", "</soapenv:Body>", "<a xmlns='u'/></soapenv:Body>", "", id="two elements"
        ),
        pytest.param(
            "RIV-R1032", "<soapenv:Body>", "<soapenv:Body soapenv:actor='u'>", "", id="an attribute"
        ),
        pytest.param(
            "RIV-R1005", "<soapenv:Body>", "<soapenv:Body soapenv:encodingStyle='u'>", "",
            id="an encoding style",
        ),
        pytest.param(
            "RIV-R1013", "<soapenv:Header/>",
            "<soapenv:Header><a xmlns='u' soapenv:mustUnderstand='true'/></soapenv:Header>", "",
            id="true for 1",
        ),
        pytest.param("RIV-R2712", "SpecificationResponse", "Specification", "", id="of a request"),
        pytest.param("RIV-R9700", SOAP, "http://www.w3.org/2003/05/soap-envelope", "", id="1.2"),
        pytest.param("RIV-TECKEN", ">OK<", ">f\ufffdr<", "", id="a letter lost"),
        pytest.param("RIV-TECKEN", ">OK<", ">fÃ¶r<", "", id="a letter twice encoded"),
        pytest.param("RIV-TECKEN", ">OK<", ">Ã…r<", "", id="by way of Windows-1252"),
    ],
)  # fmt: skip
def test_a_fault_of_an_answer_breaks_its_requirement_alone(
    answered: Made, requirement: str, old: str, new: str, content_type: str
) -> None:
    """One thing wrong in an answer is one requirement broken."""
    headers = {"content-type": content_type or "text/xml; charset=UTF-8"}
    if requirement == "RIV-R9702":
        headers = {}
    body = OK.replace(old, new).replace("encoding='utf-8'", "encoding='UTF-8'") if old else OK

    assert body != OK or not old
    assert broken(OF_ANSWERS, answered(body, headers=headers)) == {requirement}


@pytest.mark.parametrize(
    ("requirement", "body", "given"),
    [
        pytest.param(
            "RIV-R1012", BARE.replace("OK", "för").encode("latin-1"),
            {"headers": {"content-type": "text/xml; charset=ISO-8859-1"}}, id="Latin-1",
        ),
        pytest.param(
            "RIV-R1012", BARE,
            {"headers": {"content-type": "text/xml; charset=ISO-8859-1"}}, id="said to be Latin-1",
        ),
        pytest.param(
            "RIV-R1018", BARE.replace("OK", "för"),
            {"headers": {"content-type": "text/xml; charset=US-ASCII"}}, id="said to be ASCII",
        ),
        pytest.param("RIV-R9700", "inget", {}, id="no XML"),
        pytest.param("RIV-R1124", OK, {"status": 500}, id="a failure that is none"),
        pytest.param("RIV-R1111", OK, {"status": 202}, id="accepted"),
        pytest.param("RIV-R1130", "", {"status": 302}, id="elsewhere"),
        pytest.param(
            "RIV-HTTP-KOMPRIMERING", b"\x1f\x8b\x08",
            {"headers": {"content-type": "text/xml; charset=UTF-8", "content-encoding": "gzip"}},
            id="compressed",
        ),
    ],
)  # fmt: skip
def test_what_else_an_answer_can_break(
    answered: Made, requirement: str, body: bytes, given: dict[str, object]
) -> None:
    """Status, and bytes that no XML can be read of."""
    assert broken(OF_ANSWERS, answered(body, **given)) == {requirement}


def test_bytes_that_are_no_characters_are_told_by_their_place(answered: Made) -> None:
    """Latin-1 that is said to be UTF-8 can be read as neither XML nor text."""
    body = BARE.replace("OK", "för").encode("latin-1")

    assert broken(OF_ANSWERS, answered(body)) == {"RIV-R1012", "RIV-R9700"}


def test_an_answer_without_soap_is_judged_only_where_soap_is_due(answered: Made) -> None:
    """A proxy's page of errors is no SOAP message; as an answer of success it would be one."""
    page = {"headers": {"content-type": "text/html"}, "body": b"<html><p>Not found</html>"}

    assert broken(OF_ANSWERS, answered(**page, status=404)) == set()
    assert broken(OF_ANSWERS, answered(**page, status=200)) == {"RIV-R9703", "RIV-R9700"}


def test_characters_that_were_sent_so_may_come_back_so(answered: Made) -> None:
    """A system that answers with what it was asked has lost nothing."""
    seen = answered(OK.replace("OK", "fÃ¶r"), asked="<a>fÃ¶r</a>".encode())

    assert broken(OF_ANSWERS, seen) == set()


@pytest.mark.parametrize(
    ("requirement", "old", "new"),
    [
        pytest.param("RIV-R1000", "</faultstring>", "</faultstring><id>1</id>", id="one more"),
        pytest.param("RIV-R1000", "<faultstring>Fel</faultstring>", "", id="one less"),
        pytest.param("RIV-R1001", "detail>", "SOAP-ENV:detail>", id="qualified"),
        pytest.param("RIV-R1004", "SOAP-ENV:Server<", "x:Server<", id="an unknown prefix"),
        pytest.param("RIV-R1004", "SOAP-ENV:Server<", "SOAP-ENV:Receiver<", id="of SOAP 1.2"),
        pytest.param("RIV-R1004", "SOAP-ENV:Server<", "<", id="none"),
    ],
)
def test_a_fault_of_a_fault_breaks_its_requirement_alone(
    faulted: Made, requirement: str, old: str, new: str
) -> None:
    """One thing wrong in a SOAP fault is one requirement broken."""
    assert broken(OF_ANSWERS, faulted(old, new)) == {requirement}


@pytest.mark.parametrize("status", [200, 400, 503])
def test_a_fault_has_status_500(faulted: Made, status: int) -> None:
    """Any other status is a deviation."""
    assert broken(OF_ANSWERS, faulted(status=status)) == {"RIV-R1126"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("SOAP-ENV:Server<", "d:Db.Full<", id="a name of its own, with a dot"),
        pytest.param("<detail><detailString>logg</detailString></detail>", "", id="no detail"),
        pytest.param("<faultstring>", "<faultstring xml:lang='sv'>", id="a language"),
    ],
)
def test_faults_that_are_right(faulted: Made, old: str, new: str) -> None:
    """Uncommon, and right: no false alarm."""
    seen = faulted(old, new)
    body = seen.body.replace(b"<faultcode>", b"<faultcode xmlns:d='urn:d'>")

    assert broken(OF_ANSWERS, Seen(headers=seen.headers, body=body, status=500)) == set()


@pytest.mark.parametrize(
    ("requirement", "seen"),
    [
        pytest.param("RIV-R1018", {"headers": {"content-type": "text/xml"}}, id="no charset"),
        pytest.param("RIV-R1130", {"status": 307, "body": b""}, id="the allowed redirect"),
    ],
)
def test_what_is_only_remarked_on(
    answered: Made, requirement: str, seen: dict[str, object]
) -> None:
    """For a reviewer to see; it fails nobody."""
    assert broken(OF_ANSWERS, answered(**seen)) == set()
    assert remarked(OF_ANSWERS, answered(**seen)) == {requirement}


@pytest.mark.parametrize(
    ("requirement", "code"),
    [
        pytest.param("RIV-R1004", "Server", id="bare"),
        pytest.param("RIV-R1031", "SOAP-ENV:Server.Db", id="dotted"),
    ],
)
def test_codes_that_are_common_and_wrong_by_the_letter(
    faulted: Made, requirement: str, code: str
) -> None:
    """Libraries in wide use write them, so that they are remarked on."""
    seen = faulted("SOAP-ENV:Server<", f"{code}<")

    assert (broken(OF_ANSWERS, seen), remarked(OF_ANSWERS, seen)) == (set(), {requirement})


@pytest.mark.parametrize(
    ("requirement", "headers"),
    [
        pytest.param("RIV-R1109", {"soapaction": None}, id="no action"),
        pytest.param("RIV-R2744", {"soapaction": '""'}, id="an empty action"),
        pytest.param("RIV-R2744", {"soapaction": '"urn:riv:other"'}, id="another action"),
        pytest.param("RIV-RUTTHISTORIK", {"x-rivta-routing-history": "SE1"}, id="a history"),
    ],
)
def test_a_header_of_a_request_breaks_its_requirement_alone(
    requested: Made, requirement: str, headers: dict[str, str | None]
) -> None:
    """One header wrong is one requirement broken."""
    usual = dict(requested().headers)
    changed = {name: text for name, text in {**usual, **headers}.items() if text is not None}

    assert broken(OF_REQUESTS, requested(headers=changed)) == {requirement}


def test_an_unquoted_action_breaks_the_form_and_not_the_value(requested: Made) -> None:
    """The value is the WSDL's; it is the quotation marks that are missing."""
    usual = requested().headers
    seen = requested(headers={**usual, "soapaction": usual["soapaction"].strip('"')})

    assert broken(OF_REQUESTS, seen) == {"RIV-R1109"}


def test_a_request_is_made_with_post(requested: Made) -> None:
    """Whatever else is right about it."""
    assert broken(OF_REQUESTS, requested(method="PUT")) == {"RIV-R1132"}


@pytest.mark.parametrize("address", ["", " ", " 2321000024", "2321000024\n"])
def test_an_address_is_neither_empty_nor_padded(requested: Made, address: str) -> None:
    """The platform compares it as it stands."""
    body = requested().body.replace(b">2321000024<", f">{address}<".encode())

    assert broken(OF_REQUESTS, requested(body)) == {"RIV-BP-8d"}


def test_an_address_stands_once(requested: Made) -> None:
    """Neither never nor twice."""
    whole = requested().body
    begin = whole.index(b"<riv:LogicalAddress")
    header = whole[begin : whole.index(b"</soapenv:Header>")]

    assert broken(OF_REQUESTS, requested(whole.replace(header, header * 2))) == {"RIV-BP-8d"}
    assert broken(OF_REQUESTS, requested(whole.replace(header, b""))) == {"RIV-BP-8d"}


def test_who_sends_for_another_says_so_and_is_remarked_on(requested: Made) -> None:
    """Nobody outside can tell an agent from a system that names the wrong one."""
    headers = {**requested().headers, "x-rivta-original-serviceconsumer-hsaid": "SE1-A"}

    seen = requested(headers=headers)

    assert (broken(OF_REQUESTS, seen), remarked(OF_REQUESTS, seen)) == (set(), {"RIV-BP-23"})


def test_a_regional_platform_may_have_told_its_name(requested: Made) -> None:
    """A call that has been through a platform has a history, and another original consumer."""
    headers = {
        **requested().headers,
        "x-rivta-original-serviceconsumer-hsaid": "SE1-A",
        "x-rivta-routing-history": "SE1-PLATFORM",
    }

    assert broken(OF_REQUESTS, requested(headers=headers)) == set()
