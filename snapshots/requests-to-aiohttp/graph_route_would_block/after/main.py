from fastapi import FastAPI
from fastapi.testclient import TestClient

from client import fetch
from other import other

app = FastAPI()


@app.get("/both")
def read_both(url: str) -> str:
    return other(url) + str(fetch(url, "plain")["a"])


def main(url):
    return TestClient(app).get("/both", params={"url": url}).json()
