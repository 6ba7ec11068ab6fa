"""Loops with annotations, in the ways that people write them; never imported."""

import asyncio
import logging
import random
import time

import requests

logger = logging.getLogger(__name__)
ATTEMPTS = 3


class HttpError(Exception):
    status: int = 500


class Client:
    attempts: int = 3

    def ask(self, key: str) -> str:
        raise HttpError

    def one(self, key: str) -> str:
        tries = 0
        while True:
            try:
                return self.ask(key)
            except HttpError as error:
                tries += 1
                logger.warning("%s failed %d times: %s", key, tries, error.status)
                if tries >= self.attempts:
                    raise
                time.sleep(error.status / 100)

    def two(self, key: str) -> str | None:
        for attempt in range(ATTEMPTS):
            try:
                answer = self.ask(key)
                if answer == "none":
                    return None
                return answer
            except HttpError as error:
                if error.status < 500 or attempt == ATTEMPTS - 1:
                    raise
                logger.warning("%s again in %s: %s", key, 2**attempt, error)
                time.sleep(2**attempt)
        return None

    async def three(self, key: str) -> str:
        delay = 1
        while True:
            try:
                answer = self.ask(key)
                if not answer:
                    return "nothing"
                return answer
            except (HttpError, OSError) as error:
                logger.warning("%s", error)
                await asyncio.sleep(delay + random.uniform(0, 1))
                delay = min(delay * 2, 30)


def fetch(url: str) -> requests.Response:
    for attempt in range(5):
        try:
            response = requests.get(url, timeout=5)
            response.raise_for_status()
            break
        except requests.RequestException as error:
            if attempt == 4:
                raise RuntimeError(url) from error
            time.sleep(0.5 * (attempt + 1))
    return response


def ping() -> bool:
    for attempt in range(3):
        try:
            requests.get("http://localhost", timeout=1)
            return True
        except requests.ConnectionError:
            logger.exception("down (%d)", attempt + 1)
            if attempt < 2:
                time.sleep(1)
    return False


def poll(url: str) -> requests.Response:
    for attempt in range(4):
        response = requests.get(url, timeout=5)
        if response.status_code != 503:
            return response
        if attempt < 3:
            time.sleep(1)
    return response


def number(text: str, attempts: int) -> int:
    while True:
        try:
            return int(text)
        except ValueError as error:
            if not transient(error) or attempts <= 1:
                raise
            attempts -= 1


def transient(error: Exception) -> bool:
    return "again" in str(error)


async def load(key: str) -> bytes:
    last: Exception | None = None
    for _ in range(3):
        try:
            return key.encode()
        except UnicodeError as error:
            last = error
        except OSError as error:
            last = error
    assert last is not None
    raise last
