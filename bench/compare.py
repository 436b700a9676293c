"""Mote beside its peers: latency, start, load and memory of each model.

Each figure is the median over rounds; in a round all run one after the other, each in a process of
its own. Results must agree with onnxruntime's before a time is printed.
"""
import argparse
import json
import pathlib
import sys
import tempfile

import numpy as np

import against
import agreement
import machine
import models
import peers
import report
import runs

RELEASE = models.ROOT / "build/release/bin"
SECONDS_A_PROCESS = 0.3


def say(text):
    print(text, file=sys.stderr, flush=True)


class Reasons:
    """Tells each reason once."""

    def __init__(self):
        self.told = set()

    def tell(self, text):
        if text not in self.told:
            self.told.add(text)
            say(text)


class Bench:
    def __init__(self, args):
        self.args = args
        self.mote = args.mote
        self.limits = machine.Limits([args.mote.with_name("limit"), RELEASE / "limit"])
        self.reasons = Reasons()
        self.first_result = args.mote.with_name("first_result")
        if not self.first_result.exists():
            say(f"{self.first_result} is not built: Mote's start is not measured")
            self.first_result = None

    def rows(self, model):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            feeds = agreement.make_inputs(model)
            np.savez(folder / "feeds.npz", **feeds)
            files, outputs, missing = self.agreeing_peers(model, folder)
            if peers.REFERENCE not in files:
                return
            floats = self.float_outputs(model, folder)
            wrong = self.mote_is_wrong(model, outputs, floats, feeds, folder)
            for name in [n for n in files if n != peers.REFERENCE]:
                differs = agreement.difference(model, outputs[peers.REFERENCE], outputs[name],
                                               floats)
                if differs:
                    self.reasons.tell(f"{model.key}: {name} differs: {differs}")
                    missing[name] = "differs"
                    del files[name]
            for threads in self.args.threads:
                yield self.row(model, threads, files, folder, wrong, missing)

    def agreeing_peers(self, model, folder):
        """Files and results of those that run it, and "-" for the others."""
        files, outputs, missing = {}, {}, {}
        for name in self.args.peers:
            try:
                file = peers.module(name).prepare(model, models.MADE)
                out = folder / f"{name}.npz"
                told = runs.peer(name, file, model, 1, 3, folder / "feeds.npz", out)
                if name == peers.REFERENCE:
                    self.count = self.args.runs or runs_for(told["median_ms"])
                with np.load(out) as saved:
                    outputs[name] = {n: saved[n] for n in saved.files}
                files[name] = file
            except (peers.Unable, runs.Failed) as failed:
                self.reasons.tell(f"{model.key}: {name} cannot run it: {failed}")
                missing[name] = "-"
        return files, outputs, missing

    def float_outputs(self, model, folder):
        """onnxruntime's results of the model before it was quantized; None if there is none."""
        if model.floats is None:
            return None
        runs.peer(peers.REFERENCE, model.floats, model, 1, 1, folder / "feeds.npz",
                  folder / "floats.npz")
        with np.load(folder / "floats.npz") as saved:
            return {n: saved[n] for n in saved.files}

    def mote_is_wrong(self, model, outputs, floats, feeds, folder):
        try:
            got = runs.mote_outputs(self.mote, model, feeds, folder)
            wrong = agreement.difference(model, outputs[peers.REFERENCE], got, floats)
        except runs.Failed as failed:
            wrong = str(failed)
        if wrong:
            say(f"{model.key}: Mote's results are wrong: {wrong}")
        return wrong

    def row(self, model, threads, files, folder, wrong, missing):
        names = [] if wrong else ["mote"]
        measured = {name: [] for name in names + list(files)}
        missing = dict(missing)
        for number in range(self.args.rounds):
            for name in rotated(list(measured), number):
                try:
                    told = self.measure(name, model, threads, files.get(name), folder)
                    measured[name].append(told)
                except runs.Failed as failed:
                    self.reasons.tell(f"{model.key}, {threads} threads: {name} fails: {failed}")
                    missing[name] = "-"
                    del measured[name]
            say(f"{model.key}, {threads} threads: round {number + 1} of {self.args.rounds}")
        limit = self.limits.operations(model.dtype, threads)
        mote = measured.pop("mote", [])
        if not mote and not wrong:
            wrong = "it does not run"
        return report.make_row(model.name, model.dtype, threads, mote, measured, limit, wrong,
                               missing)

    def measure(self, name, model, threads, file, folder):
        if name == "mote":
            return self.measure_mote(model, threads)
        told = runs.peer(name, file, model, threads, self.count, folder / "feeds.npz")
        told["own_rss_bytes"] = told["peak_rss_bytes"] - told["interpreter_bytes"]
        return told

    def measure_mote(self, model, threads):
        told = runs.mote_bench(self.mote, model, threads, self.count)
        told["own_rss_bytes"] = told["peak_rss_bytes"]
        if self.first_result:
            start = runs.first_result(self.first_result, model, threads)
            told |= {"start_ms": start["start_ms"], "own_rss_bytes": start["peak_rss_bytes"]}
            warm = self.warm_start(model, threads)
            told |= {"warm_ms": warm["start_ms"], "warm_rss_bytes": warm["peak_rss_bytes"]}
        return told


    def warm_start(self, model, threads):
        """The start after another has left its plan, and the file is in the system's cache."""
        with tempfile.TemporaryDirectory() as folder:
            for _ in range(2):
                runs.first_result(self.first_result, model, threads, folder)
            return runs.first_result(self.first_result, model, threads, folder)


def runs_for(ms):
    return int(min(500, max(10, SECONDS_A_PROCESS * 1e3 / max(ms, 1e-3))))


def rotated(names, by):
    by %= max(1, len(names))
    return names[by:] + names[:by]


def old_and_new(args, found):
    """Rows of two revisions of Mote."""
    old = against.build(args.against, say)
    rows = []
    for model in found:
        for threads in args.threads:
            times = {"old": [], "new": []}
            for number in range(args.rounds):
                for which in rotated(["old", "new"], number):
                    program = old if which == "old" else args.mote
                    times[which].append(runs.mote_bench(program, model, threads, args.runs or 50))
            old_ms, new_ms = (report.median(times[w], "median_ms") for w in ("old", "new"))
            rows.append({"model": model.name, "dtype": model.dtype, "threads": threads,
                         "old_ms": old_ms, "new_ms": new_ms, "ratio": report.ratio(new_ms, old_ms)})
            say(f"{model.key}, {threads} threads: done")
    return rows


def parse():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="MODEL",
                        help="names, .onnx or .tflite files, `made` (random weights) or `real` "
                             "(those of $MOTE_DATA); default: both")
    parser.add_argument("--models", nargs="+", default=[], metavar="MODEL", help="the same")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, help="in each process (default: 0.3 s of them)")
    parser.add_argument("--threads", type=lambda t: [int(n) for n in t.split(",")], default=[1, 2],
                        help="as 1,2 (the default)")
    parser.add_argument("--peers", type=lambda t: t.split(","), default=peers.installed(),
                        help=f"some of {','.join(peers.NAMES)}; onnxruntime always is one")
    parser.add_argument("--quick", action="store_true", help="2 rounds, only the made models")
    parser.add_argument("--against", metavar="REV",
                        help="two revisions of Mote instead, this one and REV")
    parser.add_argument("--mote", type=pathlib.Path, default=RELEASE / "mote",
                        help="the program to measure; nothing is built then")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    unknown = [p for p in args.peers if p not in peers.NAMES]
    if unknown:
        parser.error(f"no peer {unknown[0]}; there are {', '.join(peers.NAMES)}")
    if peers.REFERENCE not in args.peers:
        args.peers.insert(0, peers.REFERENCE)
    if args.quick:
        args.rounds = 2
    args.mote = args.mote.resolve()
    args.names += args.models or (["made"] if args.quick and not args.names else [])
    return args


def about(args, limits):
    """What was measured with, in lines."""
    lines = [limits.text(), "beside " + ", ".join(map(peers.version, args.peers))]
    if peers.module(peers.REFERENCE).needs_exact_sums():
        lines.append("int8: this CPU has no VNNI, so onnxruntime is told to be exact "
                     "(session.x64quantprecision)")
    return "\n".join(lines)


def show(args, rows, about_it, text):
    if args.json:
        print(json.dumps({"rows": rows, "about": about_it.splitlines()}, indent=1))
    else:
        print(text)


def main():
    args = parse()
    known = models.Models(args.mote, RELEASE / "make_architecture")
    found = list(known.find(args.names, say))
    if args.against:
        rows = old_and_new(args, found)
        return show(args, rows, f"against {args.against}", report.against_text(rows))
    bench = Bench(args)
    rows = [row for model in found for row in bench.rows(model)]
    about_it = about(args, bench.limits)
    show(args, rows, about_it, report.text(rows, args.peers, about_it))
    return 0 if all(row["agrees"] for row in rows) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (models.Missing, against.NotBuilt, runs.Failed) as failed:
        sys.exit(f"bench: {failed}")
    except KeyboardInterrupt:
        sys.exit(130)
