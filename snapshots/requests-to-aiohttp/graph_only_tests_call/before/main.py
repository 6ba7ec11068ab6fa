import importlib


def main(url):
    return importlib.import_module("client").__dict__["fetch"](url, "object")
