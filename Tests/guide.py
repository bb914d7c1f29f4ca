#!/usr/bin/env python3
"""Does what the pages of the guide tell: guide.py PROGRAM PAGE…

A page is one session, in a folder of its own that has a copy of Examples and nothing else, with the program in PATH.

    ```console          lines that begin with `$ ` are run; what follows is compared with all that the command prints. A line `…`
                        stands for any lines, `…` in a line for anything. Without lines that follow nothing is compared. A
                        command ends with status 0, or with the one in a comment at its end: `# exit 65`.
    ```LANGUAGE PATH    a file: a piece of one of the repository, which has to have these lines; or else one that is written
                        here, as the page asks its reader to.
    ```shell            for a server, and not run.

Every other block with a language, and one without, is an error, so that none is forgotten.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REST = "…"


class Wrong(Exception):
    pass


def blocks(page):
    """The fenced blocks of a page: line number, words of the fence, lines."""
    fence, start, lines = None, 0, []
    with open(page, encoding="utf-8") as file:
        for number, line in enumerate(file.read().split("\n"), 1):
            if line.startswith("```"):
                if fence is None:
                    fence, start, lines = line[3:].split(), number, []
                else:
                    yield start, fence, lines
                    fence = None
            elif fence is not None:
                lines.append(line)
    if fence is not None:
        raise Wrong(f"{page}:{start}: the block does not end")


def commands(start, lines):
    """The commands of a console block: line number, text, status, expected lines."""
    found = []
    for number, line in enumerate(lines, start + 1):
        if line.startswith("$ "):
            status = re.search(r"\s+# exit (\d+)$", line)
            text = line[2 : status.start()] if status else line[2:]
            found.append([number, text, int(status.group(1)) if status else 0, []])
        elif not found:
            raise Wrong(f"line {number}: output before any command")
        elif found[-1][1].endswith("\\") and not found[-1][3]:
            found[-1][1] = found[-1][1][:-1] + line.removeprefix("> ")
        else:
            found[-1][3].append(line)
    return found


def matches(expected, got):
    """Whether the lines of an output are the expected ones."""
    pattern = ""
    for line in expected:
        if line.strip() == REST:
            pattern += "(?:.*\n)*"
        else:
            pattern += ".*".join(re.escape(part) for part in line.split(REST)) + "\n"
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in got)) is not None


class Session:
    """One shell for a page; each command writes to a file, and its status is told on the shell's output."""

    def __init__(self, folder, program):
        environment = {
            "PATH": f"{os.path.dirname(program)}:{os.environ['PATH']}",
            "HOME": f"{folder}/home",
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
        }
        os.mkdir(f"{folder}/home")
        os.mkdir(f"{folder}/work")
        shutil.copytree(f"{ROOT}/Examples", f"{folder}/work/Examples", ignore=shutil.ignore_patterns(".build*"))
        self.folder = folder
        self.shell = subprocess.Popen(
            ["bash", "--norc"], cwd=f"{folder}/work", env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, text):
        with open(f"{self.folder}/command", "w", encoding="utf-8") as file:
            file.write(text + "\n")
        output = f"{self.folder}/output"
        self.shell.stdin.write(f'. "{self.folder}/command" >"{output}" 2>&1 </dev/null; echo $?\n')
        self.shell.stdin.flush()
        answer = self.shell.stdout.readline()
        if not answer:
            raise Wrong(f"the shell ended at `{text}`")
        with open(output, encoding="utf-8", errors="replace") as file:
            return int(answer), file.read().split("\n")[:-1]

    def write(self, path, lines):
        path = f"{self.folder}/work/{path}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def end(self):
        self.shell.stdin.close()
        self.shell.wait()


def check_console(page, start, lines, session):
    count = 0
    for number, text, status, expected in commands(start, lines):
        got_status, got = session.run(text)
        shown = "\n".join(got)
        if got_status != status:
            raise Wrong(f"{page}:{number}: `{text}` ended with {got_status}, not {status}:\n{shown}")
        if expected and not matches(expected, got):
            raise Wrong(f"{page}:{number}: `{text}` printed\n{shown}\n--- and not\n" + "\n".join(expected))
        count += 1
    return count


def check_piece(page, start, path, lines):
    with open(f"{ROOT}/{path}", encoding="utf-8") as file:
        whole = file.read().split("\n")
    if not matches([REST] + lines + [REST], whole):
        raise Wrong(f"{page}:{start}: this is not what {path} has")


def check(page, program):
    count = 0
    with tempfile.TemporaryDirectory(prefix="vsrrun-guide-") as folder:
        session = Session(folder, program)
        for start, fence, lines in blocks(page):
            match fence:
                case ["console"]:
                    count += check_console(page, start, lines, session)
                case ["shell"]:
                    pass
                case [_, path] if os.path.exists(f"{ROOT}/{path}"):
                    check_piece(page, start, path, lines)
                case [_, path]:
                    session.write(path, lines)
                case _:
                    raise Wrong(f"{page}:{start}: a block is one of console, shell, or LANGUAGE PATH")
        session.end()
    return count


def main():
    program, pages = sys.argv[1], sys.argv[2:]
    failed = False
    for page in pages:
        try:
            print(f"{page}: {check(page, program)} commands")
        except Wrong as wrong:
            print(wrong)
            failed = True
    sys.exit(failed)


main()
