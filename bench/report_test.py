"""The report's arithmetic: python3 bench/report_test.py"""
import unittest

import report


def measured(*times, **more):
    return [{"median_ms": t, "macs": 50_000_000, **more} for t in times]


def row(mote=(2.0, 1.0, 6.0), ort=(4.0, 5.0, 3.0), other=(1.0, 1.5, 0.5), **more):
    peers = {"onnxruntime": measured(*ort)}
    if other:
        peers["litert"] = measured(*other)
    return report.make_row("m", more.pop("dtype", "f32"), more.pop("threads", 1), measured(*mote),
                           peers, more.pop("limit", 100.0), **more)


class Rows(unittest.TestCase):
    def test_take_medians_and_ratios_of_them(self):
        r = row()
        self.assertEqual(r["mote_ms"], 2.0)
        self.assertEqual(r["peers"], {"onnxruntime": 4.0, "litert": 1.0})
        self.assertEqual(r["ratio"], 0.5)
        self.assertEqual((r["best_peer"], r["ratio_to_best"]), ("litert", 2.0))
        self.assertEqual(r["mote_spread_ms"], [1.0, 6.0])

    def test_count_a_multiply_accumulate_as_two_operations(self):
        r = row()  # 50 M of them in 2 ms
        self.assertAlmostEqual(r["gflops"], 50.0)
        self.assertAlmostEqual(r["share_of_limit"], 0.5)

    def test_print_no_time_where_mote_is_wrong(self):
        r = report.make_row("m", "f32", 1, [], {"onnxruntime": measured(4.0)}, 100.0, wrong="off")
        self.assertFalse(r["agrees"])
        self.assertIsNone(r["mote_ms"])
        self.assertIsNone(r["ratio"])
        self.assertIn("WRONG", report.text([r], ["onnxruntime"], "cpu"))

    def test_say_which_peer_differs(self):
        r = row(other=(), missing={"litert": "differs"})
        self.assertIn("differs", report.text([r], ["onnxruntime", "litert"], "cpu"))
        self.assertEqual(r["best_peer"], "onnxruntime")

    def test_do_without_a_limit(self):
        self.assertIsNone(row(limit=None)["share_of_limit"])


class Means(unittest.TestCase):
    def test_are_geometric_and_split_by_type_and_threads(self):
        rows = [row(), row(mote=(8.0,), dtype="int8"), row(mote=(8.0,), threads=2)]
        means = {what: (ort, count) for what, ort, _, count in report.geometric_means(rows)}
        self.assertAlmostEqual(means["all"][0], (0.5 * 2 * 2) ** (1 / 3))
        self.assertEqual(means["all"][1], 3)
        self.assertAlmostEqual(means["int8, 1 thread"][0], 2.0)
        self.assertAlmostEqual(means["f32, 2 threads"][0], 2.0)

    def test_of_nothing_are_none(self):
        self.assertEqual(report.geometric_means([]), [("all", None, None, 0)])


class Numbers(unittest.TestCase):
    def test_keep_the_digits_that_count(self):
        self.assertEqual([report.time(t) for t in (0.0164, 7.231, 123.456, None)],
                         ["0.016", "7.23", "123.5", "-"])


if __name__ == "__main__":
    unittest.main()
