import importlib


def main(url):
    return getattr(importlib.import_module("client"), "fe" + "tch")(url, "object")
