"""Ways to judge a message by other limits than a rule's, for tables of defects to be made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from simulator.regions.flaws import never_checks, refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.judge import Judgement

    Hook = Callable[[Judgement, etree._Element], Judgement]
    When = str | Callable[[etree._Element], bool]

__all__ = ["lets", "minds"]


def lets(rule: str | tuple[str, ...], when: When, **prefixes: str) -> Hook:
    """Find nothing wrong with what breaks a rule, when something holds of the message.

    Shape: of several rules the first is meant, and the others break with it. ``when`` is a
           function of the message, or an XPath with ``prefixes``.
    """
    rules = (rule,) if isinstance(rule, str) else rule
    ignoring = never_checks(*rules)

    def hook(judgement: Judgement, payload: etree._Element) -> Judgement:
        if rules[0] in (judgement.failed_rules or ()) and _holds(when, payload, prefixes):
            return ignoring(judgement, payload)
        return judgement

    return hook


def minds(rule: str, when: When, **prefixes: str) -> Hook:
    """Blame a rule for what is right, when something holds of the message."""

    def hook(judgement: Judgement, payload: etree._Element) -> Judgement:
        if judgement.accepted and _holds(when, payload, prefixes):
            return refused(judgement, rule, "Stöds inte.", f"/{etree.QName(payload).localname}")
        return judgement

    return hook


def _holds(when: When, payload: etree._Element, prefixes: dict[str, str]) -> bool:
    if callable(when):
        return when(payload)
    return bool(payload.xpath(f"boolean({when})", namespaces=prefixes))
