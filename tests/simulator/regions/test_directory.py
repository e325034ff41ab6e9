"""The regions, against the public list: county codes, names and organisation numbers."""

from __future__ import annotations

import re

import pytest

from contracts.terms import is_hsa_id
from simulator.regions.directory import REGIONS, Region

PUBLIC = {
    "01": ("Region Stockholm", "2321000016"),
    "03": ("Region Uppsala", "2321000024"),
    "04": ("Region Sörmland", "2321000032"),
    "05": ("Region Östergötland", "2321000040"),
    "06": ("Region Jönköpings län", "2321000057"),
    "07": ("Region Kronoberg", "2321000065"),
    "08": ("Region Kalmar län", "2321000073"),
    "09": ("Region Gotland", "2120000803"),
    "10": ("Region Blekinge", "2321000081"),
    "12": ("Region Skåne", "2321000255"),
    "13": ("Region Halland", "2321000115"),
    "14": ("Västra Götalandsregionen", "2321000131"),
    "17": ("Region Värmland", "2321000156"),
    "18": ("Region Örebro län", "2321000164"),
    "19": ("Region Västmanland", "2321000172"),
    "20": ("Region Dalarna", "2321000180"),
    "21": ("Region Gävleborg", "2321000198"),
    "22": ("Region Västernorrland", "2321000206"),
    "23": ("Region Jämtland Härjedalen", "2321000214"),
    "24": ("Region Västerbotten", "2321000222"),
    "25": ("Region Norrbotten", "2321000230"),
}

EVERY_REGION = pytest.mark.parametrize(
    "region", [pytest.param(region, id=county) for county, region in REGIONS.items()]
)


def passes_luhn(digits: str) -> bool:
    """Tell whether the last digit is the right check digit, counted the long way."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits)]
    return sum(part for number in doubled for part in divmod(number, 10)) % 10 == 0


def test_all_regions_are_there_as_published() -> None:
    """Twenty-one regions, in the order of their county codes."""
    assert len(REGIONS) == 21
    assert list(REGIONS) == sorted(REGIONS)
    assert {
        county: (region.name, region.organisation_number) for county, region in REGIONS.items()
    } == PUBLIC


@EVERY_REGION
def test_organisation_number_has_a_right_check_digit(region: Region) -> None:
    """Ten digits, the last one by Luhn."""
    assert re.fullmatch(r"\d{10}", region.organisation_number)
    assert passes_luhn(region.organisation_number)


def test_check_of_the_check_digit_can_fail() -> None:
    """The judge of the test above is judged: two digits that changed places are found."""
    assert passes_luhn("5565594230")
    assert not passes_luhn("5565594203")


@EVERY_REGION
def test_hsa_id_has_the_form_of_one(region: Region) -> None:
    """SE, the organisation number, a hyphen and a suffix; at most 31 characters."""
    assert is_hsa_id(region.hsa_id)
    assert region.hsa_id.startswith(f"SE{region.organisation_number}-")
    assert len(region.hsa_id) <= 31


@EVERY_REGION
def test_logical_address_is_the_organisation_number(region: Region) -> None:
    """One address for each principal, ten digits."""
    assert str(region.logical_address) == str(region.organisation_number)


@EVERY_REGION
def test_county_and_municipality_belong_together(region: Region) -> None:
    """A municipality code begins with its county's."""
    assert REGIONS[region.county] is region
    assert re.fullmatch(r"\d{4}", region.municipality)
    assert region.municipality.startswith(region.county)


def test_no_two_regions_share_an_id() -> None:
    """Addresses and senders tell the regions apart."""
    regions = REGIONS.values()

    assert len({region.logical_address for region in regions}) == len(regions)
    assert len({region.hsa_id for region in regions}) == len(regions)
    assert len({region.municipality for region in regions}) == len(regions)
