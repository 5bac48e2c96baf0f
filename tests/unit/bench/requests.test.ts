// What wrk prints, read; the collector that takes spans and drops them.
import { parse } from "yaml";

import { dropping, takenSpans } from "../../../bench/requests/receiver";
import { parseWrk } from "../../../bench/requests/wrk";
import { collectorConfiguration } from "../../../components/tracing/configuration";

const PRINTED = `Running 8s test @ http://10.217.10.133:8000/
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   285.14ms  254.79ms   1.25s    86.44%
    Req/Sec   162.14    120.21   434.00     64.00%
  Latency Distribution
     50%  189.83ms
     75%  379.87ms
     90%  620.80ms
     99%    1.25s 
  1056 requests in 8.05s, 109.31KB read
Requests/sec:    131.13
Transfer/sec:     13.57KB
`;

describe("what wrk prints", () => {
    it("has the rate and the latencies, in their units", () => {
        expect(parseWrk(PRINTED)).toEqual({ rate: 131.13, p50: 189.83, p99: 1250, failed: 0 });
        expect(parseWrk(PRINTED.replace("189.83ms", "970.00us")).p50).toBeCloseTo(0.97);
    });

    it("counts what failed", () => {
        const troubles =
            "  Socket errors: connect 1, read 2, write 0, timeout 4\n  Non-2xx or 3xx responses: 10\nRequests/sec:";
        expect(parseWrk(PRINTED.replace("Requests/sec:", troubles)).failed).toBe(17);
    });

    it("is refused when it is something else", () => {
        expect(() => parseWrk("unable to connect to 10.0.0.1:80 Connection refused")).toThrow(
            "printed something unexpected:\nunable to connect",
        );
    });
});

describe("the collector that drops spans", () => {
    const storage = {
        engine: "elasticsearch",
        urls: ["http://storage:9200"],
        version: "8.8.2",
        user: "writer",
        indexPrefix: "traces",
        shards: 1,
        replicas: 0,
        retentionDays: 7,
    };

    it("differs from ours in what is behind it alone", () => {
        const ours = parse(collectorConfiguration("2.2.0", storage));
        const { exporters, extensions, service, ...rest } = dropping(ours);
        const { exporters: _, extensions: { healthcheckv2 }, service: before, ...same } = ours;
        expect({ rest, extensions }).toEqual({ rest: same, extensions: { healthcheckv2 } });
        expect(exporters).toEqual({ debug: { verbosity: "basic" } });
        expect(service).toEqual({
            ...before,
            extensions: ["healthcheckv2"],
            pipelines: { traces: { ...before.pipelines.traces, exporters: ["debug"] } },
        });
    });

    it.each([
        ["otelcol_receiver_accepted_spans", "older"],
        ["otelcol_receiver_accepted_spans_total", "newer"],
    ])("counts what came by every way: %s of %s collectors", (name) => {
        const metrics = [
            `# HELP ${name} Number of spans`,
            `${name}{receiver="otlp",transport="grpc"} 1.5e+03`,
            `${name}{receiver="otlp",transport="http"} 2`,
            `otelcol_receiver_refused_spans{receiver="otlp",transport="grpc"} 7`,
        ].join("\n");
        expect(takenSpans(metrics)).toBe(1502);
    });
});
