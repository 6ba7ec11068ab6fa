from app import mail_settings
from world import EVENTS, client


async def main() -> object:
    async with client() as shared:
        return await mail_settings(shared), len(EVENTS)
