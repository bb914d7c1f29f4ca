"""Compares what a plan foretold with what a run did, effect by effect.

    compare.py PLAN RUN

Both are events as JSON lines. An effect is the same one by its step, primitive and target; it is as foretold if its result, and the
state before and after it, are. Each difference is a line `STEP PRIMITIVE TARGET: FIELD: PLAN → RUN`, and the last line has the
counts. Ends with 1 if there are differences.

What a plan says of the future cannot be exact where only the run makes it. Not compared, where both sides have one: process
identifiers, times, what is built or signed in the run; whether a unit that ends again and again is up at the moment. Not compared,
where the plan has none: what a controller of the cluster adds to an object in its own time. Of the modules that are loaded, those
count that an effect has brought: others come and go by themselves. Whether the directory of the kubelet is there does not count:
dpkg starts one, which makes it seconds later, or is restarted before it has come to that; both were seen.
"""

import json
import sys

VOLATILE = {"pid", "resourceVersion", "uid", "bootID", "authority"}
SIGNED = "/etc/kubernetes/admin.conf"
ADDED_LATER = {"secrets", "deployment.kubernetes.io/revision"}
DIRECTORIES = {"directories", "missingParents"}
KUBELETS_OWN = "/var/lib/kubelet"
RESTARTING = ({"activating", "active"}, {"auto-restart", "running"})


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
                found[identity] = with_brought_modules(event)
    return found


def with_brought_modules(event):
    """The same with the modules that it has brought in the place of all that are loaded."""
    before, after = event.get("before"), event.get("after")
    if not (isinstance(before, dict) and isinstance(after, dict) and "loaded" in before and "loaded" in after):
        return event
    brought = sorted(set(after["loaded"]) - set(before["loaded"]))
    return {**event, "before": {**before, "loaded": []}, "after": {**after, "loaded": brought}}


def without_the_kubelets(directories):
    return [directory for directory in directories or [] if directory != KUBELETS_OWN]


def differences(plan, run, path, is_made=False):
    """The paths at which two values differ."""
    if isinstance(plan, dict) and isinstance(run, dict):
        for key in sorted(plan.keys() | run.keys()):
            if key in VOLATILE | ({"content"} if is_made else set()) and key in plan and key in run:
                continue
            if key in ADDED_LATER and key not in plan:
                continue
            # An annotation may be the first.
            one, other = plan.get(key, {} if key == "annotations" else None), run.get(key)
            if key in DIRECTORIES:
                one, other = without_the_kubelets(one), without_the_kubelets(other)
            yield from differences(one, other, f"{path}.{key}", is_made)
    elif isinstance(plan, list) and isinstance(run, list) and len(plan) == len(run):
        for index, (one, other) in enumerate(zip(plan, run)):
            yield from differences(one, other, f"{path}[{index}]", is_made)
    elif isinstance(plan, str) and isinstance(run, str) and any({plan, run} <= words for words in RESTARTING):
        return
    elif plan != run and not (is_time(plan) and is_time(run)):
        yield path, plan, run


def short(value):
    text = json.dumps(value)
    return text if len(text) <= 160 else text[:157] + "..."


def main():
    plan, run = effects(sys.argv[1]), effects(sys.argv[2])
    made = {target for _, primitive, target in run if primitive == "git.build"} | {SIGNED}
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
            is_made = identity[2] in made or run[identity].get("arguments", {}).get("from") in made
            found = [
                difference
                for field in ("result", "before", "after")
                for difference in differences(plan[identity].get(field), run[identity].get(field), field, is_made)
            ]
            for path, one, other in found:
                print(f"{name}: {path}: {short(one)} → {short(other)}")
            count += bool(found)
    print(f"{len(run)} effects of the run, {len(plan)} of the plan, {count} differ")
    return count > 0


if __name__ == "__main__":
    sys.exit(main())
