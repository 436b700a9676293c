"""Rows and tables from measurements. Plain Python: report_test.py tests it without the peers."""
import statistics

REFERENCE = "onnxruntime"


def median(measured, field):
    values = [m[field] for m in measured if m.get(field) is not None]
    return statistics.median(values) if values else None


def spread(measured):
    values = [m["median_ms"] for m in measured]
    return [min(values), max(values)]


def summary(measured):
    """Medians of each figure over rounds."""
    return {f: median(measured, f) for f in measured[0]
            if isinstance(measured[0][f], (int, float)) and not isinstance(measured[0][f], bool)}


def ratio(a, b):
    return a / b if a is not None and b else None


def make_row(model, dtype, threads, mote, peers, limit, wrong=None, missing=None):
    """mote: measurements of the rounds, [] if its results are wrong. peers: {name: measurements}.
    limit: giga-operations per second that the machine can do, or None. wrong: what is wrong with
    Mote's results. missing: {peer: "differs" or "-"}."""
    times = {name: median(m, "median_ms") for name, m in peers.items()}
    best = min(times, key=times.get) if times else None
    mine = median(mote, "median_ms") if mote else None
    macs = median(mote, "macs") if mote else None
    giga = 2e-6 * macs / mine if mote and macs else None
    return {
        "model": model, "dtype": dtype, "threads": threads, "mote_ms": mine, "peers": times,
        "ratio": ratio(mine, times.get(REFERENCE)), "agrees": wrong is None, "wrong": wrong,
        "best_peer": best, "ratio_to_best": ratio(mine, times.get(best)),
        "gflops": giga, "share_of_limit": ratio(giga, limit),
        "mote_spread_ms": spread(mote) if mote else None,
        "peers_spread_ms": {name: spread(m) for name, m in peers.items()},
        "mote": summary(mote) if mote else {},
        "peers_detail": {name: summary(m) for name, m in peers.items()},
        "missing": missing or {},
    }


def geometric_means(rows):
    """[(what, mean ratio to onnxruntime, to the best peer, rows)], over all and for each kind."""
    kinds = sorted({(r["dtype"], r["threads"]) for r in rows})
    groups = [("all", rows)]
    groups += [(f"{d}, {t} thread{'s' if t > 1 else ''}",
                [r for r in rows if (r["dtype"], r["threads"]) == (d, t)]) for d, t in kinds]
    found = []
    for what, group in groups:
        means = []
        for field in ("ratio", "ratio_to_best"):
            values = [r[field] for r in group if r[field]]
            means.append(statistics.geometric_mean(values) if values else None)
        found.append((what, *means, sum(1 for r in group if r["ratio"])))
    return found


def number(value, digits=2):
    if value is None:
        return "-"
    return f"{value:.{max(0, digits)}f}"


def time(value):
    """Three digits that count."""
    if value is None:
        return "-"
    return number(value, 3 if value < 1 else 2 if value < 100 else 1)


def mib(value):
    return "-" if value is None else number(value / 2**20, 1)


def latency_lines(rows, names):
    head = ["model", "type", "thr", "mote ms", "min..max", *names, "/ort", "/best", "GFLOP/s",
            "limit"]
    lines = [head]
    for r in rows:
        shown = [time(r["peers"][n]) if n in r["peers"] else r["missing"].get(n, "-")
                 for n in names]
        low_high = "..".join(map(time, r["mote_spread_ms"])) if r["mote_spread_ms"] else "-"
        share = r["share_of_limit"]
        lines.append([r["model"], r["dtype"], str(r["threads"]),
                      time(r["mote_ms"]) if r["agrees"] else "WRONG", low_high, *shown,
                      number(r["ratio"]), number(r["ratio_to_best"]), number(r["gflops"], 1),
                      "-" if share is None else f"{100 * share:.0f} %"])
    return lines


def start_lines(rows):
    """Figures of Mote / onnxruntime / the least of the peers."""
    head = ["model", "type", "thr", "start to result ms", "warm ms", "load ms", "first run ms",
            "peak MiB", "warm MiB", "arena MiB", "packed MiB"]
    lines = [head]
    for r in rows:
        if not r["mote"]:
            continue
        lines.append([r["model"], r["dtype"], str(r["threads"]),
                      three(r, "start_ms", time), time(r["mote"].get("warm_ms")),
                      three(r, "load_ms", time), three(r, "first_run_ms", time),
                      three(r, "own_rss_bytes", mib), mib(r["mote"].get("warm_rss_bytes")),
                      mib(r["mote"].get("arena_bytes")), mib(r["mote"].get("packed_bytes"))])
    return lines


def three(row, field, show):
    peers = {n: d[field] for n, d in row["peers_detail"].items() if d.get(field) is not None}
    least = min(peers.values(), default=None)
    return " / ".join(map(show, (row["mote"].get(field), peers.get(REFERENCE), least)))


def aligned(lines):
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join("  ".join(cell.ljust(w) if i < 2 else cell.rjust(w)
                               for i, (cell, w) in enumerate(zip(line, widths))).rstrip()
                     for line in lines)


def text(rows, names, about):
    parts = [about, "", aligned(latency_lines(rows, names)), "",
             "Of Mote / onnxruntime / the least of all peers, theirs without the interpreter:",
             aligned(start_lines(rows)), ""]
    parts += [f"geometric mean, {what}: {number(to_ort)} of onnxruntime, {number(to_best)} of the "
              f"best peer ({count} rows)" for what, to_ort, to_best, count in geometric_means(rows)]
    return "\n".join(parts)


def against_text(rows):
    lines = [["model", "type", "thr", "old ms", "new ms", "new/old"]]
    lines += [[r["model"], r["dtype"], str(r["threads"]), time(r["old_ms"]), time(r["new_ms"]),
               number(r["ratio"], 3)] for r in rows]
    ratios = [r["ratio"] for r in rows if r["ratio"]]
    mean = statistics.geometric_mean(ratios) if ratios else None
    return f"{aligned(lines)}\n\ngeometric mean: {number(mean, 3)}; below 1 the new one is faster"
