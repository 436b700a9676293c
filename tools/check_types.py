#!/usr/bin/env python3
"""No two types of one name in a namespace: each file would compile, and the linker would take the
destructor, or another inline function, of either for both (the one definition rule).

Types of unnamed namespaces are of their file alone, those of tests of their program.
"""
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OPENS = re.compile(r"namespace ?([\w:]*) ?\{$")
CLOSES = re.compile(r"\}\s*// namespace")
DEFINES = re.compile(r"(?:struct|class|union|enum(?: class)?) (\w+)\b(?!::)(?![^{]*;)")


def types(text):
    """Names of the types that the text defines, with their namespaces: clang-format indents none
    of these lines."""
    around = []
    for line in text.splitlines():
        if opened := OPENS.match(line):
            around.append(opened[1])
        elif CLOSES.match(line):
            around.pop()
        elif (defined := DEFINES.match(line)) and "" not in around:
            yield "::".join([*around, defined[1]])


def main():
    where = collections.defaultdict(set)
    for folder in ("include", "src"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in (".h", ".cc") and not file.stem.endswith("_test"):
                for name in types(file.read_text()):
                    where[name].add(str(file.relative_to(ROOT)))
    twice = {name: files for name, files in where.items() if len(files) > 1}
    for name, files in sorted(twice.items()):
        print(f"types: {name} is defined in {' and in '.join(sorted(files))}", file=sys.stderr)
    print(f"types: {len(where)} names")
    return 1 if twice else 0


if __name__ == "__main__":
    sys.exit(main())
