"""What a tested system offers the suites beside its services: JSON over HTTP."""

from __future__ import annotations

from collections.abc import Container
from typing import Any, ClassVar

import requests

from contracts.errors import HarnessError
from simulator.outbound import TlsMaterial

__all__ = ["JsonInterface", "NotOffered"]

_TIMEOUT = 10.0
_NOT_IMPLEMENTED = 501


class NotOffered(HarnessError):  # noqa: N818 - it says what is wrong, as a Refusal does
    """The tested system cannot do what is asked, and says so: what needs it is not tested."""


class JsonInterface:
    """A test interface of the tested system.

    Shape:  a subclass says what it is called, its ``key`` in the target file, and the ``page``
            that describes it.
    Raises: HarnessError, from every question, where the answer is not as described: then nothing
            can be said of the system, and the scenario is broken, not failed.
    """

    called: ClassVar[str]
    key: ClassVar[str]
    page: ClassVar[str]

    def __init__(self, base_url: str, *, tls: TlsMaterial | None = None) -> None:
        self._base_url = base_url
        self._session = requests.Session()
        self._session.trust_env = False
        if tls is not None:
            self._session.verify = (tls.authority or True) if tls.verify else False
            if tls.certificate and tls.key:
                self._session.cert = (tls.certificate, tls.key)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        timeout: float = _TIMEOUT,
        not_offered: Container[int] = (_NOT_IMPLEMENTED,),
        **arguments: Any,
    ) -> requests.Response:
        try:
            response = self._session.request(
                method, self._base_url + path, timeout=timeout, **arguments
            )
        except requests.RequestException as error:
            raise HarnessError(
                f"{self.called} does not answer: {type(error).__name__}",
                where=self._base_url + path,
                mend=f"see {self.page}, or take {self.key} out of the target file",
            ) from None
        if not response.ok:
            misfit = self._misfit(response, f"status {response.status_code}{_why(response)}")
            if response.status_code in not_offered:
                raise NotOffered(misfit.what, where=misfit.where, mend=misfit.mend)
            raise misfit
        return response

    def _document(self, response: requests.Response) -> dict[str, Any]:
        try:
            document = response.json()
        except requests.JSONDecodeError:
            raise self._misfit(response, "not JSON") from None
        if not isinstance(document, dict):
            raise self._misfit(response, "no JSON object")
        return document

    def _text(self, response: requests.Response, name: str) -> str:
        found = self._document(response).get(name)
        if not isinstance(found, str) or not found:
            raise self._misfit(response, f"{name} is missing")
        return found

    def _misfit(self, response: requests.Response, what: str) -> HarnessError:
        it = self.called.removeprefix("the ")
        return HarnessError(
            f"{self.called} answered otherwise than described: {what}",
            where=response.url.partition("?")[0],
            mend=f"correct {self.key} in the target file, or the {it}; {self.page} describes it",
        )


def _why(response: requests.Response) -> str:
    """Give the system's own words on why not, on one line."""
    try:
        told = response.json()["error"]
    except (requests.JSONDecodeError, KeyError, TypeError):
        return ""
    return f" ({str(told)[:200]})"
