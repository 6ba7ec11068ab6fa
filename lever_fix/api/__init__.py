"""The scripting API: plan, look, apply, take back. The command line is written with it, too.

    from lever_fix.api import Project

    project = Project("services/billing")
    plan = project.plan(select=["optional-to-union"])
    print(len(plan), "findings")
    print(plan.filter(path="models.py").diff())

    result = project.apply(plan, branch="modern-unions", commit="per-codemod")
    print(result.run_id, result.commits)
    project.undo()

Nothing here prints, and nothing but `apply` and `undo` writes to the project. Whatever a user can
mend is raised as a `LeverFixError`, with a message and a hint.
"""

from __future__ import annotations

from lever_fix.api.plan import Plan, Result
from lever_fix.api.project import Project
from lever_fix.errors import LeverFixError
from lever_fix.model import FileChange, Finding, Problem, Refusal, Safety

__all__ = [
    "FileChange",
    "Finding",
    "LeverFixError",
    "Plan",
    "Problem",
    "Project",
    "Refusal",
    "Result",
    "Safety",
]
