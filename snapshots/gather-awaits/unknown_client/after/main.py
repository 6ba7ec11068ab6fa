import asyncio
from typing import Any

from world import EVENTS, Weather


async def report(weather_client: Any, city: str) -> list[str]:
    forecast, warnings = await asyncio.gather(
        weather_client.get_forecast(city),
        weather_client.list_warnings(city, language="de"),
    )
    return [forecast, warnings]


async def main() -> object:
    return await report(Weather(), "Bern"), len(EVENTS)
