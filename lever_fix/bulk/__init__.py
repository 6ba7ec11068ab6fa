"""The same rewrite over many repositories, resumable, on one machine or on many.

| module | does |
|---|---|
| `campaign` | reads `campaign.toml` |
| `order` | what is to be done in one repository, and what came of it: plain values |
| `work` | does it: clone, plan, verify, commit, pack; never on anybody's checkout |
| `clone`, `git` | a clone in which nothing of the repository's own runs |
| `executors` | where the work is done: `local` processes, or `dask` |
| `state` | how far each repository is, in one SQLite file beside the campaign |
| `run` | puts these together |
| `shapes`, `review` | equal changes as one row, accepted or rejected together |
| `status`, `html` | the table, and the report |
"""
