import httpx

from settings import Settings


async def mail_settings(client: httpx.AsyncClient) -> tuple[str, str, str]:
    host = await Settings.get(client, "mail.host")
    port = await Settings.get(client, "mail.port")
    user = await Settings.get(client, "mail.user")
    return host, port, user
