from client import Client

MADE = []


async def main(url):
    MADE.append(Client(url))
    with open(__file__) as file:
        lines = file.read()
    return MADE[0].read_all(["object", "plain"]), "read_all" in lines
