import requests
import typer
from typer.testing import CliRunner

app = typer.Typer()


@app.command()
def show(url: str, times: int = 2) -> None:
    for _ in range(times):
        typer.echo(requests.get(url + "/text/ascii").text)


def main(url):
    return CliRunner().invoke(app, [url]).output
