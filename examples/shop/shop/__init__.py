"""A small web shop: an API, a worker and a handful of reports."""
