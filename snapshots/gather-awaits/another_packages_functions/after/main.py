import asyncio

from world import EVENTS, get_forecast, get_warnings


async def report(city: str) -> list[str]:
    forecast, warnings = await asyncio.gather(get_forecast(city), get_warnings(city))
    return [forecast, warnings]


async def main() -> object:
    return await report("Bern"), len(EVENTS)
