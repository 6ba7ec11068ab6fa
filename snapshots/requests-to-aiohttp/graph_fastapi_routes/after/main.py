from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from client import fetch

app = FastAPI()


async def first(url: str) -> dict:
    return await fetch(url, "object")


@app.get("/sum")
async def read_sum(url: str, found: dict = Depends(first)) -> int:
    return found["a"] + (await fetch(url, "plain"))["a"]


def main(url):
    return TestClient(app).get("/sum", params={"url": url}).json()
