"""A folder of certificates, minted once for all tests of it: keys take their time."""

from pathlib import Path

import pytest

from simulator.certificates.folder import CertificateFolder, Filed
from simulator.certificates.kinds import Kind


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> CertificateFolder:
    """Make an authority in a folder of its own."""
    return CertificateFolder(tmp_path_factory.mktemp("certificates") / "made")


@pytest.fixture(scope="session")
def by_kind(certificates: CertificateFolder) -> dict[Kind, Filed]:
    """Mint one certificate of every kind for one system."""
    return {kind: certificates.file("SE2321000016-TEST", name="system", kind=kind) for kind in Kind}


@pytest.fixture
def fresh(tmp_path: Path) -> CertificateFolder:
    """Make an authority that a test may change."""
    return CertificateFolder(tmp_path / "certificates")
