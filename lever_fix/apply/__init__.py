"""Write what was accepted to the user's files, through git, so that it can be taken back.

The functions other layers call; none of them prints:

| function | does |
|---|---|
| `transaction.apply_changes(root, changes, …)` | writes all files or none, and makes the commits |
| `undo.undo(root, run_id)` | takes the last run, or a named one, back |
| `journal.list_runs(root)` | the runs that are kept, newest first |
| `journal.interrupted_run(root)` | the run that a crash or `kill -9` left half done |
| `patch.unified_patch(changes)`, `patch.write_patch(file, changes)` | a patch for `git apply` |
| `repo.refuse_dirty(repository, paths, …)` | the check that `apply_changes` makes first |

`model` holds the values they take and return. `journal`, `patch` and `model` load no git library,
so that a command can look for an interrupted run at every start. Every refusal is an `ApplyError`
or an `UndoError`, and leaves the files, the index, the branch and HEAD as they were.
"""
