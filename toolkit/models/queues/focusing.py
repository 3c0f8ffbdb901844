"""Goldratt's five focusing steps, each a function from a line to a new line and a reason in words.

No step knows how the story ends: a step does what the settings allow, and says so when they do not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from toolkit.models.queues.flow import Constraint, constraint, simulate
from toolkit.models.queues.line import WORDS, Line, rope, said, tenths

# Illustrative: what a keen team recovers of its losses, and what it gains when it adds capacity.
RECOVERED = 0.75
ADDED = 0.25
# Illustrative: below this share, chasing losses costs more than it brings.
WORTH_RECOVERING = 0.05
# Illustrative: rounds of the constraint's own work that stand before it as protection.
PROTECTION = 5
PASSES = 10  # a line that has not come to rest by then is left as it is


@dataclass(frozen=True)
class FocusingStep:
    """What one focusing step did.

    Parameters
    ----------
    action : {"identify", "exploit", "subordinate", "elevate", "repeat"}
        Which of the five steps.
    line : Line
        The line after the step.
    finding : Constraint
        The constraint that the step worked on.
    words : str
        What was done, or why nothing could be.
    """

    action: str
    line: Line
    finding: Constraint
    words: str


def identify(line: Line) -> FocusingStep:
    """Step 1: find the constraint.

    Parameters
    ----------
    line : Line
        The line as it stands.
    """
    finding = constraint(line)
    return FocusingStep("identify", line, finding, finding.why)


def _refusal(line: Line, finding: Constraint) -> str:
    """Say why the levers at the constraint may not be moved; empty if they may."""
    if not finding.remit:
        return WORDS.say("step.not_ours", stage=said(finding.stage))
    if line.arrivals is not None and finding.load < 1:
        return WORDS.say("step.keeps_up", stage=said(finding.stage), load=finding.load)
    return ""


def exploit(line: Line) -> FocusingStep:
    """Step 2: get the most out of the constraint as it is, by stopping losses there.

    Parameters
    ----------
    line : Line
        The line as it stands.

    Returns
    -------
    Step
        The line with a smaller ``loss`` at the constraint, or the same line and the reason.
    """
    finding = constraint(line)
    stage = line.stages[line.position(finding.stage)]
    words = _refusal(line, finding)
    if not words and stage.loss <= WORTH_RECOVERING:
        words = WORDS.say("step.few_losses", stage=said(stage.name), lost=f"{100 * stage.loss:.3g}")
    if words:
        return FocusingStep("exploit", line, finding, words)
    new = line.change(stage.name, loss=stage.loss * (1 - RECOVERED))
    better = new.stages[new.position(stage.name)]
    facts = {"before": tenths(stage.rate), "after": tenths(better.rate), "period": line.period}
    lost, left = (f"{100 * each.loss:.3g}" for each in (stage, better))
    words = WORDS.say("step.exploit", stage=said(stage.name), lost=lost, left=left, **facts)
    return FocusingStep("exploit", new, finding, words)


def subordinate(line: Line) -> FocusingStep:
    """Step 3: let the constraint's pace open the door (drum-buffer-rope).

    Parameters
    ----------
    line : Line
        The line as it stands.

    Returns
    -------
    Step
        The line with a rope to the constraint. The rope is the team's own if the first stage is.
    """
    finding = constraint(line)
    stage = line.stages[line.position(finding.stage)]
    if not line.stages[0].remit:
        words = WORDS.say("step.no_door")
        return FocusingStep("subordinate", line, finding, words)
    size = max(1, round(PROTECTION * stage.rate))
    new = replace(line, release=rope(stage.name, size))
    words = WORDS.say("step.subordinate", size=size, stage=said(stage.name))
    return FocusingStep("subordinate", new, finding, words)


def elevate(line: Line) -> FocusingStep:
    """Step 4: add capacity at the constraint.

    Parameters
    ----------
    line : Line
        The line as it stands.

    Returns
    -------
    Step
        The line with a larger capacity at the constraint, or the same line and the reason.
    """
    finding = constraint(line)
    stage = line.stages[line.position(finding.stage)]
    words = _refusal(line, finding)
    if words:
        return FocusingStep("elevate", line, finding, words)
    new = line.improve(stage.name, 1 + ADDED)
    better = new.stages[new.position(stage.name)].rate
    facts = {"before": tenths(stage.rate), "after": tenths(better), "period": line.period}
    words = WORDS.say("step.elevate", added=ADDED, stage=said(stage.name), **facts)
    return FocusingStep("elevate", new, finding, words)


def repeat(line: Line, before: Constraint) -> FocusingStep:
    """Step 5: look again, and do not let yesterday's rule become tomorrow's constraint.

    Parameters
    ----------
    line : Line
        The line after a change.
    before : Constraint
        The constraint before the change.
    """
    finding = constraint(line)
    words = WORDS.say(
        "step.repeat",
        before=before.stage,
        stage=finding.stage,
        keeps_up=line.arrivals is not None and finding.load < 1,
        why=finding.why,
    )
    return FocusingStep("repeat", line, finding, words)


def focus(line: Line) -> tuple[FocusingStep, ...]:
    """Go through the five steps, pass after pass, until a pass leaves every capacity as it was.

    The steps also end when every stage keeps up. As soon as a step has moved the constraint, the
    pass ends and the team looks again: that way capacity is bought only where stopping losses was
    not enough.

    Parameters
    ----------
    line : Line
        Where the team starts.

    Returns
    -------
    tuple of Step
        Every step taken, in order.
    """
    steps = [identify(line)]
    for _ in range(PASSES):
        found, rates = constraint(line), line.rates
        for act in (exploit, subordinate, elevate):
            steps.append(act(line))
            line = steps[-1].line
            if constraint(line).stage != found.stage:
                break
        steps.append(repeat(line, found))
        keeps_up = line.arrivals is not None and steps[-1].finding.load < 1
        if keeps_up or (line.rates == rates).all():
            break
    return tuple(steps)


def account(steps: tuple[FocusingStep, ...], rounds: int, runs: int, seed: int) -> pd.DataFrame:
    """Play the line after each step with the same luck, and show what the step brought.

    Parameters
    ----------
    steps : tuple of Step
        As :func:`focus` returns them.
    rounds, runs : int
        Rounds per run, and independent runs.
    seed : int
        The same for every step.

    Returns
    -------
    DataFrame
        One row per step: action, constraint, words, mean output per round, mean items waiting
        for each stage, in the line and at the door at the end, and mean rounds in the line and with
        the door.
    """
    rows = []
    for step in steps:
        result = simulate(step.line, rounds, runs, seed)
        rows.append(
            {
                "action": step.action,
                "constraint": step.finding.stage,
                "words": step.words,
                "output per round": result.output.mean() / rounds,
                "waiting at the end": result.waiting[:, -1].mean(axis=0),
                "in the line at the end": result.wip[:, -1].mean(),
                "at the door at the end": result.outside[:, -1].mean(),
                "lead time": result.lead_time.mean(),
                "time with the door": result.total_time.mean(),
            }
        )
    return pd.DataFrame(rows)
