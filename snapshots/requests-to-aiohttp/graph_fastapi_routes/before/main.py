from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from client import fetch

app = FastAPI()


def first(url: str) -> dict:
    return fetch(url, "object")


@app.get("/sum")
def read_sum(url: str, found: dict = Depends(first)) -> int:
    return found["a"] + fetch(url, "plain")["a"]


def main(url):
    return TestClient(app).get("/sum", params={"url": url}).json()
