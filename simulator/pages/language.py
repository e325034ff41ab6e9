"""The two languages of the pages: Swedish as it is written, English by a table, and figures."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from flask import abort
from markupsafe import Markup, escape

from contracts.terms import SWEDISH_TIME

__all__ = ["ENGLISH", "SWEDISH", "Language", "known_language"]

_NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """How texts, amounts and days are written in one language.

    Shape: ``words`` leads from the Swedish text to this language's; what lacks is Swedish.
    """

    code: str
    name: str
    locale: Locale
    money: str
    words: Callable[[], Mapping[str, str]]

    def text(self, swedish: str, **values: object) -> str:
        """Give a text in this language, with values put in where it says ``{name}``.

        Shape: values are escaped, the text itself is trusted, as a template is.
        """
        text = self.words().get(swedish, swedish)
        trusted = Markup(text)  # noqa: S704 - ours, as the template that it stands in
        return trusted.format(**{name: escape(value) for name, value in values.items()})

    def kronor(self, amount: Decimal) -> str:
        """Write an amount with its currency: 1 450 kr."""
        return self.money.format(self.amount(amount)).replace(" ", _NO_BREAK)

    def amount(self, amount: Decimal) -> str:
        """Write an amount alone; öre stand only where there are any."""
        places = "#,##0" if amount == amount.to_integral_value() else "#,##0.00"
        number = format_decimal(amount, format=places, locale=self.locale)
        return number.replace("-", "\N{MINUS SIGN}")

    def number(self, count: int) -> str:
        """Write a whole number with its thousands apart."""
        return format_decimal(count, locale=self.locale)

    def day(self, day: date) -> str:
        """Write a day as people read it: 24 april 2026."""
        return format_date(day, "long", locale=self.locale).replace(" ", _NO_BREAK)

    def moment(self, moment: datetime) -> str:
        """Write the time of a day, Swedish local time: 14:05:09."""
        return format_time(moment.astimezone(SWEDISH_TIME), "HH:mm:ss", locale=self.locale)


@cache
def _english() -> Mapping[str, str]:
    table = Path(__file__).parent / "english.toml"
    return {
        swedish: str(english)
        for swedish, english in tomllib.loads(table.read_text(encoding="utf-8")).items()
    }


def _as_it_is() -> Mapping[str, str]:
    return {}


SWEDISH = Language(
    code="sv", name="Svenska", locale=Locale("sv"), money="{} kr", words=_as_it_is
)  # fmt: skip
ENGLISH = Language(
    code="en", name="English", locale=Locale("en", "GB"), money="SEK {}", words=_english
)

_LANGUAGES = {each.code: each for each in (SWEDISH, ENGLISH)}


def known_language(code: str) -> Language:
    """Give the language of a code; an address with any other is not found."""
    return _LANGUAGES[code] if code in _LANGUAGES else abort(404)
