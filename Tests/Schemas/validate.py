"""Validates objects, one JSON object a line on standard input, strictly against the schemas of a version of Kubernetes.

    validate.py VERSION     exit status 1 if one does not pass
    validate.py --versions  the versions that there are schemas of, one a line
"""

import json
import pathlib
import sys

import jsonschema
import kubernetes_validate

CUSTOM = {"NetworkAttachmentDefinition": "network-attachment-definition.json"}


def without_nulls(value):
    """The value without members that are null: the API server takes those for absent ones.

    Newer releases of the package say so in their schemas; the one with the schemas up to 1.24 says so of no version.
    """
    if isinstance(value, dict):
        return {key: without_nulls(member) for key, member in value.items() if member is not None}
    return [without_nulls(element) for element in value] if isinstance(value, list) else value


def problem(thing, version):
    """What is wrong with an object; None if nothing is."""
    try:
        if thing["kind"] in CUSTOM:
            schema = json.loads((pathlib.Path(__file__).parent / CUSTOM[thing["kind"]]).read_text())
            jsonschema.validate(thing, schema)
            json.loads(thing["spec"]["config"])
        else:
            if int(version.split(".")[1]) < 25:
                thing = without_nulls(thing)
            kubernetes_validate.validate(thing, version, strict=True)
    except jsonschema.ValidationError as error:
        return ".".join(str(part) for part in error.path) + ": " + error.message
    except (kubernetes_validate.SchemaNotFoundError, ValueError) as error:
        return getattr(error, "message", str(error))
    return None


def main():
    if sys.argv[1] == "--versions":
        print("\n".join(sorted(set(kubernetes_validate.utils.all_versions()), key=lambda v: [int(n) for n in v.split(".")])))
        return
    version, count, failed = sys.argv[1], 0, False
    for line in sys.stdin:
        thing = json.loads(line)
        count += 1
        wrong = problem(thing, version)
        if wrong:
            failed = True
            print(f"{thing['kind']} {thing['metadata']['name']}: {wrong}")
    print(f"{count} objects")
    sys.exit(failed or count == 0)


main()
