from world import EVENTS, get_forecast, get_warnings


async def report(city: str) -> list[str]:
    forecast = await get_forecast(city)
    warnings = await get_warnings(city)
    return [forecast, warnings]


async def main() -> object:
    return await report("Bern"), len(EVENTS)
