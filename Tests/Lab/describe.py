"""Adds to a captured machine what its site file names, which a capture cannot know that it will be asked for.

    describe.py DISK <CAPTURED >DESCRIBED

The files below DISK/srv that are text: keys, package lists, manifests. And the git repositories below DISK/srv/git, as what the
network offers: their tags and files.
"""

import pathlib
import subprocess
import sys

import yaml


def texts(folder):
    for path in sorted(folder.rglob("*")):
        if path.is_file() and ".git" not in path.parts:
            try:
                yield path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                pass


def git(folder, *words):
    return subprocess.run(
        ["git", "-c", f"safe.directory={folder}", "-C", folder, *words], check=True, capture_output=True, text=True
    ).stdout


def repository(folder):
    revisions = {}
    for line in git(folder, "show-ref", "--tags", "--dereference").splitlines():
        commit, name = line.split()
        revisions[name.removeprefix("refs/tags/").removesuffix("^{}")] = commit
    files = {str(path.relative_to(folder)): text for path, text in texts(folder)}
    return {"revisions": revisions, "files": files, "builds": {"*": []}}


def main():
    disk = pathlib.Path(sys.argv[1])
    machine = yaml.safe_load(sys.stdin)
    for path, text in texts(disk / "srv"):
        if (disk / "srv/git") not in path.parents:
            machine.setdefault("files", {})["/" + str(path.relative_to(disk))] = text
    for folder in sorted((disk / "srv/git").iterdir()):
        machine.setdefault("remote", {})["/" + str(folder.relative_to(disk))] = repository(folder)
    machine["files"]["/root/password"] = {"content": "password-of-the-lab\n", "mode": "0600"}
    yaml.safe_dump(machine, sys.stdout, sort_keys=False, allow_unicode=True)


if __name__ == "__main__":
    main()
