"""Compares what a plan foretold with what a run did, effect by effect.

    compare.py PLAN RUN

Both are events as JSON lines. An effect is the same one by its step, primitive and target; it is as foretold if its result, and the
state before and after it, are. Each difference is a line `STEP PRIMITIVE TARGET: FIELD: PLAN → RUN`, and the last line has the
counts. What a plan says of the future cannot be exact where only the run makes it: process ids, times, names with a random part,
what is built or signed. Those are not compared where both sides have one. Ends with 1 if there are differences.
"""

import json
import sys

VOLATILE = {"pid", "resourceVersion", "uid", "bootID"}


def is_time(value):
    """In seconds or microseconds since 1970."""
    return isinstance(value, int) and (10**9 < value < 10**10 or value > 10**15)


def effects(path):
    found = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            event = json.loads(line)
            if event["type"] == "effect":
                # Taken again after a reboot, it counts once: its first state before it, its last after it.
                identity = event["step"], event["primitive"], event["target"]
                first = found.get(identity)
                if first and first["result"] == "changed":
                    event = {**event, "before": first["before"], "result": "changed"}
                found[identity] = event
    return found


def differences(plan, run, path):
    """The paths at which two values differ."""
    if isinstance(plan, dict) and isinstance(run, dict):
        for key in sorted(plan.keys() | run.keys()):
            if key in VOLATILE and key in plan and key in run:
                continue
            yield from differences(plan.get(key), run.get(key), f"{path}.{key}")
    elif isinstance(plan, list) and isinstance(run, list) and len(plan) == len(run):
        for index, (one, other) in enumerate(zip(plan, run)):
            yield from differences(one, other, f"{path}[{index}]")
    elif plan != run and not (is_time(plan) and is_time(run)):
        yield path, plan, run


def short(value):
    text = json.dumps(value)
    return text if len(text) <= 160 else text[:157] + "..."


def main():
    plan, run = effects(sys.argv[1]), effects(sys.argv[2])
    count = 0
    for identity in plan.keys() | run.keys():
        name = " ".join(identity)
        if identity not in run:
            print(f"{name}: foretold, but it was not done")
            count += 1
        elif identity not in plan:
            print(f"{name}: done, but it was not foretold")
            count += 1
        else:
            found = [
                difference
                for field in ("result", "before", "after")
                for difference in differences(plan[identity].get(field), run[identity].get(field), field)
            ]
            for path, one, other in found:
                print(f"{name}: {path}: {short(one)} → {short(other)}")
            count += bool(found)
    print(f"{len(run)} effects of the run, {len(plan)} of the plan, {count} differ")
    return count > 0


if __name__ == "__main__":
    sys.exit(main())
