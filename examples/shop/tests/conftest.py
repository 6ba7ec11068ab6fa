import os
import tempfile
from pathlib import Path
from typing import Any, Callable, Iterator, List

import pytest

directory = tempfile.TemporaryDirectory(prefix="shop-", ignore_cleanup_errors=True)

# The application reads its settings when it is imported.
os.environ.update(
    SHOP_DATABASE_PATH=str(Path(directory.name) / "shop.db"),
    SHOP_PAYMENTS_TOKEN="test-token",
    SHOP_HTTP_TIMEOUT="5",
    SHOP_RETRY_DELAY="0.001",
    SHOP_LABEL_TIMEOUT="5",
    SHOP_POLL_INTERVAL="0.005",
    SHOP_BATCH_PAUSE="0.001",
    NO_PROXY="127.0.0.1",
    no_proxy="127.0.0.1",
)

from fake_services import FakeServices
from fastapi.testclient import TestClient
from sample import fill
from sqlalchemy import Engine, event

from shop.__main__ import main
from shop.app import app
from shop.database import engine, session_maker
from shop.models import Base
from shop.settings import settings

Shop = Callable[..., List[str]]


@event.listens_for(Engine, "connect")
def trust_the_disk(connection: Any, record: Any) -> None:
    """A database that lives for one test need not survive a power cut."""
    connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture(autouse=True)
def database() -> Iterator[None]:
    Base.metadata.create_all(engine)
    with session_maker() as session:
        fill(session)
    yield
    Base.metadata.drop_all(engine)


@pytest.fixture(autouse=True)
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServices]:
    services = FakeServices()
    for name in ("payments_url", "shipping_url", "rates_url", "messages_url"):
        monkeypatch.setattr(settings, name, services.url)
    yield services
    services.close()


@pytest.fixture
def api() -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


@pytest.fixture
def shop(capsys: pytest.CaptureFixture[str]) -> Shop:
    """Run a command as from a terminal; its output, line by line."""

    def run(*argv: str) -> List[str]:
        assert main(list(argv)) == 0
        return capsys.readouterr().out.splitlines()

    return run
