import httpx


class SettingsTable:
    """Settings that are kept elsewhere."""

    @staticmethod
    async def get(client: httpx.AsyncClient, key: str) -> str:
        response = await client.get(f"https://settings/{key}")
        return response.text


Settings = SettingsTable()
