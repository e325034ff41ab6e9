"""Charts as geometry: what a template draws as SVG, worked out here in numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from simulator.pages.flow import Flow

__all__ = ["MOST_BANDS", "Band", "Bar", "Bars", "Block", "Ribbons", "bars_of", "ribbons_of"]

_BAR_HEIGHT = 10.0
_BAR_ROW = 44.0
_BAR_TEXT = 15.0
_AMOUNT = 112.0
_BLOCK_WIDTH = 10.0
_GAP = 8.0
_LEAST_BLOCK = 20.0
_LEAST_BAND = 1.5
_STACKED = 380.0
MOST_BANDS = 40
"""More ribbons than this are a tangle that tells nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row of a bar chart: where its name and amount stand, and how wide its bar is."""

    label: str
    amount: Decimal
    text_y: float
    amount_y: float
    bar_y: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """A chart of horizontal bars: each below its name, its amount to the right of it.

    Shape: ``rail`` is the width of the longest bar.
    Units: of the drawing; a unit is a pixel where the drawing is shown in its own width.
    """

    width: float
    rail: float
    height: float
    bar_height: float
    bars: tuple[Bar, ...]


def bars_of(amounts: Sequence[tuple[str, Decimal]], *, width: float) -> Bars:
    """Draw amounts as bars; the longest fills its rail, and none that is worth anything is 0."""
    rail = width - _AMOUNT
    most = max((amount for _, amount in amounts), default=Decimal(0))
    return Bars(
        width=width,
        rail=rail,
        height=len(amounts) * _BAR_ROW,
        bar_height=_BAR_HEIGHT,
        bars=tuple(
            Bar(
                label=label,
                amount=amount,
                text_y=place * _BAR_ROW + _BAR_TEXT,
                amount_y=place * _BAR_ROW + _BAR_TEXT + 17,
                bar_y=place * _BAR_ROW + _BAR_TEXT + 7,
                width=_bar_width(amount, most, rail),
            )
            for place, (label, amount) in enumerate(amounts)
        ),
    )


def _bar_width(amount: Decimal, most: Decimal, width: float) -> float:
    if amount <= 0:
        return 0.0
    return round(max(2.0, float(amount / most) * width), 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One party at a side of the drawing; its height is what it has sold or bought."""

    county: str
    x: float
    y: float
    height: float
    text_x: float
    text_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """What flows from a seller to a buyer: the outline of a ribbon, as wide as its amount."""

    seller: str
    buyer: str
    amount: Decimal
    outline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ribbons:
    """Sellers to the left, buyers to the right, and a ribbon for each flow between them."""

    width: float
    height: float
    block_width: float
    sellers: tuple[Block, ...]
    buyers: tuple[Block, ...]
    bands: tuple[Band, ...]


def ribbons_of(flow: Flow, *, width: float, margin: float) -> Ribbons:
    """Draw the largest flows; one that credits have taken all of has no width, and is left out.

    Shape: ``margin`` is the room for names at each side.
    """
    shown = flow.largest[:MOST_BANDS]
    total = sum((cell.net for cell in shown), Decimal(0))
    scale = _STACKED / float(total) if total else 0.0
    left, right = margin, width - margin - _BLOCK_WIDTH
    sellers = _stack(
        [seller for seller in flow.sellers if any(cell.seller == seller for cell in shown)],
        lambda county: [float(c.net) * scale for c in shown if c.seller == county],
        x=left,
        text_x=left - 8,
    )
    buyers = _stack(
        [buyer for buyer in flow.buyers if any(cell.buyer == buyer for cell in shown)],
        lambda county: [float(c.net) * scale for c in shown if c.buyer == county],
        x=right,
        text_x=right + _BLOCK_WIDTH + 8,
    )
    from_y = {block.county: block.y for block in sellers}
    to_y = {block.county: block.y for block in buyers}
    bands = []
    for cell in sorted(shown, key=lambda c: (from_y[c.seller], to_y[c.buyer])):
        thick = max(_LEAST_BAND, float(cell.net) * scale)
        start, end = from_y[cell.seller], to_y[cell.buyer]
        from_y[cell.seller] += thick
        to_y[cell.buyer] += thick
        outline = _ribbon(left + _BLOCK_WIDTH, start, right, end, thick)
        bands.append(Band(seller=cell.seller, buyer=cell.buyer, amount=cell.net, outline=outline))
    return Ribbons(
        width=width,
        height=max((block.y + block.height for block in (*sellers, *buyers)), default=0.0),
        block_width=_BLOCK_WIDTH,
        sellers=sellers,
        buyers=buyers,
        bands=tuple(bands),
    )


def _stack(
    counties: Sequence[str],
    thicknesses: Callable[[str], list[float]],
    *,
    x: float,
    text_x: float,
) -> tuple[Block, ...]:
    blocks, y = [], 0.0
    for county in counties:
        inside = sum(max(_LEAST_BAND, thick) for thick in thicknesses(county))
        height = max(_LEAST_BLOCK, inside)
        text_y = round(y + height / 2, 2)
        blocks.append(
            Block(county=county, x=x, y=round(y, 2), height=round(height, 2),
                  text_x=text_x, text_y=text_y)
        )  # fmt: skip
        y += height + _GAP
    return tuple(blocks)


def _ribbon(x1: float, y1: float, x2: float, y2: float, thick: float) -> str:
    """Write an outline that leaves one side and comes in at the other, level at both."""
    middle = (x1 + x2) / 2
    return (
        f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        f"V{y2 + thick:.1f}"
        f"C{middle:.1f} {y2 + thick:.1f} {middle:.1f} {y1 + thick:.1f} {x1:.1f} {y1 + thick:.1f}Z"
    )
