"""What a browser shows, measured: colours as they meet the eye, sizes, and what overflows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_TEXTS = """() => {
  const seen = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!text || !element.checkVisibility() || element.closest("title, script")) continue;
    const behind = [];
    for (let each = element; each; each = each.parentElement)
      behind.push(getComputedStyle(each).backgroundColor);
    const style = getComputedStyle(element);
    const colour = element.closest("svg") ? style.fill : style.color;
    seen.push({text, colour, behind, size: parseFloat(style.fontSize), weight: +style.fontWeight});
  }
  return seen;
}"""

_FOCUSED = """() => {
  const element = document.activeElement;
  const rings = [element, element.closest("li") || element];
  const box = element.getBoundingClientRect();
  return {
    name: element.textContent.trim() || element.id,
    tag: element.tagName,
    ring: rings.some(e => getComputedStyle(e).outlineStyle !== "none"
                       && parseFloat(getComputedStyle(e).outlineWidth) >= 2),
    onScreen: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
    height: box.height, width: box.width,
  };
}"""

_OVERFLOWING = """() => {
  const wide = document.documentElement.clientWidth;
  return [...document.body.querySelectorAll("*")]
    .filter(e => e.checkVisibility() && !e.closest(".scroll, .hidden-visually, .skip, thead"))
    .filter(e => e.getBoundingClientRect().right > wide + 1)
    .map(e => `${e.tagName} ${e.className.baseVal ?? e.className}`);
}"""

_LARGE, _LARGE_BOLD, _BOLD = 24, 18.66, 700


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text on a page: its contrast to what is behind it, and the least that it must have.

    Source: WCAG 2.2, 1.4.3.
    """

    text: str
    contrast: float
    least: float


def texts(page: Any) -> list[Text]:
    """Give every text that can be seen."""
    return [
        Text(
            text=each["text"],
            contrast=contrast(each["colour"], backdrop(each["behind"])),
            least=3.0
            if each["size"] >= _LARGE or (each["size"] >= _LARGE_BOLD and each["weight"] >= _BOLD)
            else 4.5,
        )
        for each in page.evaluate(_TEXTS)
    ]


def focused(page: Any) -> dict[str, Any]:
    """Tell what has focus, and how it shows."""
    found: dict[str, Any] = page.evaluate(_FOCUSED)
    return found


def overflowing(page: Any) -> list[str]:
    """Give what stands outside the width of the page."""
    found: list[str] = page.evaluate(_OVERFLOWING)
    return found


def backdrop(layers: list[str]) -> str:
    """Give the first colour behind that hides what is behind it; else the browser's white."""
    return next((layer for layer in layers if _parts(layer)[3] == 1), "rgb(255, 255, 255)")


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, 1 to 21 (WCAG 2.2, contrast ratio)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in _parts(colour)[:3])
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _parts(colour: str) -> list[float]:
    """Read ``rgb(1, 2, 3)``, ``rgba(1, 2, 3, 0.5)`` or ``#rrggbb``."""
    if colour.startswith("#"):
        return [*(int(colour[place : place + 2], 16) for place in (1, 3, 5)), 1.0]
    numbers = [float(part) for part in colour.partition("(")[2].rstrip(")").split(",")]
    return numbers if len(numbers) == 4 else [*numbers, 1.0]
