import { describe, expect, it } from "vitest";
import { counter, gauge, renderMetrics } from "../../src/metrics/exposition.js";
import { Histogram } from "../../src/metrics/histogram.js";

describe("Prometheus's text", () => {
  it("has a help line, a type line and a line a value", () => {
    expect(renderMetrics([counter("a_total", "What a is.", 3), gauge("b_bytes", "What b is.", 0.5)])).toBe(
      "# HELP a_total What a is.\n# TYPE a_total counter\na_total 3\n" +
        "# HELP b_bytes What b is.\n# TYPE b_bytes gauge\nb_bytes 0.5\n",
    );
  });

  it("escapes what labels may not hold as it is", () => {
    const labels = { path: 'C:\\data "one"\ntwo' };
    const text = renderMetrics([{ name: "a", type: "gauge", help: "h", samples: [{ value: 1, labels }] }]);
    expect(text).toContain('a{path="C:\\\\data \\"one\\"\\ntwo"} 1\n');
  });

  it("spells what is no number as Prometheus does", () => {
    expect(renderMetrics([gauge("a", "h", Number.POSITIVE_INFINITY)])).toContain("a +Inf\n");
    expect(renderMetrics([gauge("a", "h", Number.NaN)])).toContain("a NaN\n");
  });
});

describe("a histogram", () => {
  it("counts a value in every bucket that it fits, at its bound too, and sums them", () => {
    const histogram = new Histogram([1, 2]);
    for (const value of [0.5, 1, 1.5, 2, 9]) histogram.observe(value);
    const text = renderMetrics([{ name: "h", type: "histogram", help: "h", samples: histogram.samples() }]);
    expect(text.split("\n").slice(2, -1)).toEqual([
      'h_bucket{le="1"} 2',
      'h_bucket{le="2"} 4',
      'h_bucket{le="+Inf"} 5',
      "h_sum 14",
      "h_count 5",
    ]);
  });
});
