"""Who sees the pages: this machine, or whoever has the token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.pages.rendering import POLICY

ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}
TOKEN = "sesame"  # noqa: S105 - made up
START = "/pages/sv/"


def test_this_machine_sees_the_pages(site: Any) -> None:
    """Without any token."""
    assert site.client.get(START).status_code == 200


def test_other_machines_see_nothing_without_a_token(site: Any) -> None:
    """There is none to show."""
    assert site.client.get(START, environ_overrides=ELSEWHERE).status_code == 403


def test_name_that_is_made_to_lead_here_is_refused(site: Any) -> None:
    """A page from elsewhere must not reach the pages by another name (DNS rebinding)."""
    assert site.client.get(START, base_url="http://evil.example").status_code == 403


@pytest.mark.parametrize(
    ("given", "status"),
    [
        pytest.param({"auth": ("anyone", TOKEN)}, 200, id="as a password"),
        pytest.param({"headers": {"Authorization": f"Bearer {TOKEN}"}}, 200, id="as a bearer"),
        pytest.param({"auth": ("anyone", "semase")}, 401, id="another password"),
        pytest.param({"headers": {"Authorization": "Basic %%%"}}, 401, id="no base64"),
        pytest.param({}, 401, id="nothing"),
    ],
)
def test_with_a_token_set_it_decides(
    a_site: Callable[..., Any], given: dict[str, Any], status: int
) -> None:
    """Also elsewhere; a browser asks for it as a password."""
    client = a_site(token=TOKEN).client
    answer = client.get(START, environ_overrides=ELSEWHERE, **given)

    assert answer.status_code == status
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


def test_page_may_load_nothing_but_its_style(site: Any) -> None:
    """No script at all, no frame around it, and nothing is kept by the browser."""
    for path in (START, "/pages/sv/national", "/pages/style.css"):
        headers = site.client.get(path).headers
        assert headers["Content-Security-Policy"] == POLICY
        assert "script" not in POLICY
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_pages_hold_no_inline_style_or_script(site: Any) -> None:
    """The policy would stop it: what is meant must not depend on it."""
    for path in (START, "/pages/sv/national"):
        page = site.page(path)
        assert page.xpath("//script | //style | //@style | //@onclick | //iframe") == []


def test_address_without_language_leads_to_the_swedish(site: Any) -> None:
    """What the command line prints is short."""
    assert site.client.get("/pages/").headers["Location"] == START


def test_unknown_language_is_not_found(site: Any) -> None:
    """There are two."""
    assert site.client.get("/pages/fi/").status_code == 404
