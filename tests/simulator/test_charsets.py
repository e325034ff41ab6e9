"""Requests into UTF-8, and answers back: platform facts, section 1.14."""

from __future__ import annotations

import codecs

import pytest

from simulator.charsets import to_utf_8, written_in


@pytest.mark.parametrize(
    ("charset", "encoded"),
    [
        pytest.param("UTF-16", lambda text: text.encode("utf-16"), id="UTF-16"),
        pytest.param(
            "UTF-16",
            lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
            id="UTF-16, high byte first",
        ),
        pytest.param("UTF-16", lambda text: text.encode("utf-16-be"), id="no byte order mark"),
        pytest.param("utf-16", lambda text: text.encode("utf-16-le"), id="nor the other way"),
        pytest.param("ISO-8859-1", lambda text: text.encode("latin-1"), id="Latin-1"),
        pytest.param("windows-1252", lambda text: text.encode("cp1252"), id="Windows"),
    ],
)
def test_request_becomes_utf_8_and_says_so(charset: str, encoded: object) -> None:
    """The declaration tells the truth afterwards."""
    assert callable(encoded)
    text = f"<?xml version='1.0' encoding='{charset}' standalone='yes'?>\n<e>Åsö</e>"

    assert to_utf_8(encoded(text), charset).decode() == text.replace(charset, "UTF-8")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        pytest.param("<e>Åsö</e>".encode(), "<e>Åsö</e>", id="undeclared"),
        pytest.param(
            "<?xml version='1.0' encoding='UTF-8'?><e>Åsö</e>".encode(),
            "<?xml version='1.0' encoding='{}'?><e>Åsö</e>",
            id="declared",
        ),
        pytest.param(
            '<?xml version="1.0" encoding="ISO-8859-1"?><e>Åsö</e>'.encode("latin-1"),
            '<?xml version="1.0" encoding="{}"?><e>Åsö</e>',
            id="another charset",
        ),
        pytest.param(
            '<?xml version="1.0" encoding="UTF-16"?><e>Åsö</e>'.encode(),
            '<?xml version="1.0" encoding="{}"?><e>Åsö</e>',
            id="declared falsely",
        ),
        pytest.param(
            '<?xml version="1.0" encoding="no-such"?><e>Åsö</e>'.encode(),
            '<?xml version="1.0" encoding="{}"?><e>Åsö</e>',
            id="declared in vain",
        ),
        pytest.param("<e>Åsö</e>".encode("utf-16"), "<e>Åsö</e>", id="by its byte order mark"),
        pytest.param("\ufeff<e>Åsö</e>".encode(), "<e>Åsö</e>", id="byte order mark of UTF-8"),
        pytest.param(b"<e>\xff</e>", "<e>\ufffd</e>", id="bytes that make no sense"),
    ],
)
def test_answer_is_written_in_the_charset_of_the_request(answer: bytes, text: str) -> None:
    """UTF-16 as Java writes it: byte order mark first, high byte first."""
    written = written_in(answer, "UTF-16")

    assert written == codecs.BOM_UTF16_BE + text.format("UTF-16").encode("utf-16-be")


def test_what_a_charset_lacks_becomes_a_reference() -> None:
    """The answer stays well-formed, and its text the same."""
    assert written_in("<e>å€</e>".encode(), "ISO-8859-1") == b"<e>\xe5&#8364;</e>"
