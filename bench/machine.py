"""What the machine is and can do."""
import json
import pathlib
import subprocess


def cpu_name():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return "unknown CPU"
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")),
                "unknown CPU")


class Limits:
    """Measured once for each number of threads, by the first of the programs that is there."""

    def __init__(self, programs):
        self.program = next((p for p in programs if p.exists()), None)
        self.known = {}

    def of(self, threads):
        if threads not in self.known:
            self.known[threads] = self.measure(threads)
        return self.known[threads]

    def measure(self, threads):
        if self.program is None:
            return {}
        done = subprocess.run([self.program, str(threads)], capture_output=True, text=True)
        return json.loads(done.stdout) if done.returncode == 0 else {}

    def operations(self, dtype, threads):
        """Giga-operations per second."""
        return self.of(threads).get("int8_gops" if dtype == "int8" else "f32_gflops")

    def text(self):
        """The CPU, and a line for each number of threads that was measured."""
        found = [f"{t} thread{'s' if t > 1 else ''}: f32 {m['f32_gflops']:.0f} GFLOP/s, int8 "
                 f"{m['int8_gops']:.0f} GOP/s, L2 {m['l2_gbps']:.0f}, memory "
                 f"{m['memory_gbps']:.0f} GB/s" for t, m in sorted(self.known.items()) if m]
        return "\n".join([cpu_name(), *found])
