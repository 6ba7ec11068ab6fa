"""E-mail to customers, through the message service."""

import asyncio
import logging
import random
import time
from typing import Dict, Iterable, List, Tuple, Union

import httpx

from shop.settings import settings

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 4
BATCH_SIZE = 20

Payload = Dict[str, Union[str, None]]


class MessageNotSent(Exception):
    pass


async def send(client: httpx.AsyncClient, recipient: str, subject: str, body: str) -> str:
    """Send one message and return its id."""
    payload: Payload = {"to": recipient, "subject": subject, "body": body}
    if settings.reply_to is not None:
        payload["reply_to"] = settings.reply_to
    for attempt in range(MAX_ATTEMPTS):
        try:
            response = await client.post(f"{settings.messages_url}/messages", json=payload)
            response.raise_for_status()
            return response.json()["id"]
        except httpx.HTTPError as error:
            if attempt == MAX_ATTEMPTS - 1:
                raise MessageNotSent(recipient) from error
            logger.warning("message to %s not sent: %s", recipient, error)
            await asyncio.sleep(settings.retry_delay * 2**attempt + random.uniform(0, 0.001))
    raise MessageNotSent(recipient)


async def send_batch(
    recipients: Iterable[str], subject: str, body: str
) -> Tuple[List[str], List[str]]:
    """Send to all recipients; return who got it and who did not."""
    sent: List[str] = []
    failed: List[str] = []
    async with httpx.AsyncClient(timeout=settings.http_timeout) as client:
        for number, recipient in enumerate(recipients, start=1):
            try:
                await send(client, recipient, subject, body)
                sent.append(recipient)
            except MessageNotSent:
                failed.append(recipient)
            if number % BATCH_SIZE == 0:
                time.sleep(settings.batch_pause)
    return sent, failed


async def recent_messages(recipients: Iterable[str]) -> Dict[str, List[str]]:
    """The subjects of the latest messages to each recipient."""
    subjects: Dict[str, List[str]] = {}
    async with httpx.AsyncClient(timeout=settings.http_timeout) as client:
        for recipient in recipients:
            subjects[recipient] = await fetch_subjects(client, recipient)
    return subjects


async def fetch_subjects(client: httpx.AsyncClient, recipient: str) -> List[str]:
    response = await client.get(f"{settings.messages_url}/messages", params={"to": recipient})
    response.raise_for_status()
    return response.json()
