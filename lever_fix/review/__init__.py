"""Review: a plan goes in, decisions come out. Nothing here writes to the user's files.

| module | holds |
|---|---|
| `catalogue`, `relations` | the findings under review, and which of them exclude or need others |
| `session` | what was answered, and every step, back and forth: values, no terminal |
| `changes` | the fix a decision leads to: as offered, as edited by hand, or a comment |
| `hunks` | what a fix changes, line by line, for either terminal |
| `desk` | a session with what it may ask for: sources, saving, writing, an editor |
| `prompt` | the line prompt |
| `app` and the other modules | the full-screen review |
"""
