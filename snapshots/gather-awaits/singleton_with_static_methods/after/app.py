import asyncio

import httpx

from settings import Settings


async def mail_settings(client: httpx.AsyncClient) -> tuple[str, str, str]:
    host, port, user = await asyncio.gather(
        Settings.get(client, "mail.host"),
        Settings.get(client, "mail.port"),
        Settings.get(client, "mail.user"),
    )
    return host, port, user
