from world import EVENTS, get_forecast


async def forecasts(cities: list[str]) -> list[str]:
    found = []
    for city in cities:
        forecast = await get_forecast(city)
        found.append(forecast)
    return found


async def main() -> object:
    return await forecasts(["Bern", "Chur"]), len(EVENTS)
