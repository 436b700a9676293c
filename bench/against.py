"""Another revision of Mote, built to be measured beside this one."""
import os
import shutil
import subprocess

import models


class NotBuilt(Exception):
    """The text says what failed."""


def step(command, what, **more):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **more)
    if done.returncode != 0:
        said = (done.stderr + done.stdout).strip().splitlines() or ["no reason given"]
        raise NotBuilt(f"{what}: {said[-1]}")
    return done.stdout.strip()


def build(revision, say):
    """The program of that revision, in build/against/COMMIT."""
    root = models.ROOT
    commit = step(["git", "-C", root, "rev-parse", "--short", f"{revision}^{{commit}}"],
                  f"revision {revision}")
    place = root / "build/against" / commit
    program = place / "build/release/bin/mote"
    if program.exists():
        return program
    say(f"Building {commit} in {place}; this takes minutes")
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    tree = root / "build/against" / f"{commit}.tar"
    step(["git", "-C", root, "archive", "--output", tree, commit], f"revision {commit}")
    step(["tar", "-xf", tree, "-C", place], f"revision {commit}")
    tree.unlink()
    env = os.environ.copy()
    if shutil.which("ccache"):
        env |= {"CMAKE_CXX_COMPILER_LAUNCHER": "ccache", "CCACHE_BASEDIR": str(place),
                "CCACHE_NOHASHDIR": "1"}
    step(["cmake", "--preset", "release"], "cmake", cwd=place, env=env)
    step(["cmake", "--build", "build/release", "--target", "mote_cli"], "build", cwd=place, env=env)
    return program
