"""Show that a change keeps a project's own command (its tests, say) passing, before it is made.

`proof.prove` is what the rest calls; it writes to a git worktree of its own and never to the
user's files. `delta` narrows a failure down to the findings behind it, `worktree` and `command`
are the place and the run, `canary` tells whether the command looks at the change at all.
"""
