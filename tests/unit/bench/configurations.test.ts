// The collectors that are compared: the stock one says no more than it must, the others differ in one thing.
import { parse } from "yaml";

import { variables } from "../../../bench/platform/containers";
import { Configuration, CHANGES, stock, withPrefix } from "../../../bench/spans/configurations";
import { collectorConfiguration } from "../../../components/tracing/configuration";

const ours = parse(
    collectorConfiguration("2.2.0", {
        engine: "elasticsearch",
        version: "8.8.2",
        urls: ["http://storage:9200"],
        indexPrefix: "bench",
        shards: 1,
        replicas: 0,
        retentionDays: 7,
        user: "jaeger-writer",
    }),
) as Configuration;

const storageOf = ({ extensions }: Configuration) => extensions.jaeger_storage.backends.primary.elasticsearch;

describe("the stock configuration", () => {
    it("has our storage, login and prefix, and Jaeger's defaults for all else", () => {
        const { server_urls, auth } = storageOf(ours);
        expect(storageOf(stock(ours))).toEqual({ server_urls, auth, indices: { index_prefix: "bench" } });
        expect(stock(ours).service.pipelines.traces.processors).toEqual(["batch"]);
        expect(stock(ours).processors).toEqual({ batch: {} });
    });
});

it("another prefix leaves ours as it is", () => {
    expect(storageOf(withPrefix(ours, "other")).indices.index_prefix).toBe("other");
    expect(storageOf(ours).indices.index_prefix).toBe("bench");
});

it.each(CHANGES.map((candidate) => [candidate.name, candidate] as const))("%s changes something", (_, candidate) => {
    const before = JSON.stringify(ours);
    const changesConfiguration = JSON.stringify(candidate.configure(ours)) !== before;
    expect(changesConfiguration || candidate.template !== undefined || candidate.environment !== undefined).toBe(true);
    expect(JSON.stringify(ours)).toBe(before);
});

it("variables are changed, added and taken away", () => {
    const own = ["PATH=/bin", "GOMEMLIMIT=409MiB", "OPTIONS=a=b"];
    expect(variables(own, { GOMEMLIMIT: undefined, GOGC: "400" })).toEqual(["PATH=/bin", "OPTIONS=a=b", "GOGC=400"]);
});
