"""Reads the YAML files named on standard input, and says in a line of JSON for each what PyYAML makes of it.

Values that JSON has no form for are written as the tests' JSON reader expects them; dates and the like become
{"$other": "<type> <text>"}, integers of more than 64 bits {"$other": "int <digits>"}.
"""

import json
import math
import sys

import yaml

# Not the C loader: that one has the scanner of the library under test.


def plain(value):
    if isinstance(value, dict):
        return {key if isinstance(key, str) else str(key): plain(element) for key, element in value.items()}
    if isinstance(value, list):
        return [plain(element) for element in value]
    if isinstance(value, bytes):
        return {"$bytes": value.hex()}
    if isinstance(value, float) and not math.isfinite(value):
        return {"$float": str(value)}
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return {"$other": "int %d" % value}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return {"$other": "%s %s" % (type(value).__name__, value)}


for path in sys.stdin.read().splitlines():
    reading = {"file": path}
    try:
        with open(path, "rb") as file:
            reading["documents"] = [plain(document) for document in yaml.load_all(file.read(), Loader=yaml.SafeLoader)]
    except Exception as error:  # whatever a reader throws: it is the answer
        reading["error"] = " ".join(str(error).split())
    print(json.dumps(reading))
