// What is observed of a request, and the form of the verdict on it.
import { Answer, QueryState } from "./answers";
import { Span } from "./otlp";
import { Expectation } from "./shape";

/** The hops that can be named as broken. */
export const HOPS = [
    "ingress-unreachable",
    "route-missing",
    "ingress-answered",
    "app-down",
    "ingress-untraced",
    "app-untraced",
    "context-lost",
    "database-untraced",
    "spans-lost",
    "foreign-root",
    "not-sampled",
    "collector-unreachable",
    "storage-login",
    "storage-full",
    "storage-rejecting",
    "query-not-reading",
    "query-unreachable",
    "instance-unseen",
] as const;

/** A hop that can be broken. */
export type Hop = (typeof HOPS)[number];

/** What was found out about one check. */
export interface Diagnosis {
    /** `undecided`: the check could not tell, which is no failure. */
    verdict: "whole" | "broken" | "undecided";
    /** The broken hop; undefined unless broken. */
    hop?: Hop;
    /** One sentence. */
    summary: string;
    /** What was seen. */
    evidence: string[];
    /** What to do; empty when whole. */
    mend: string;
}

/** What was seen of one request and its trace. */
export interface Observations {
    expected: Expectation;
    /** The answer to the (last) request. */
    request: Answer;
    /** The query API at the last look. */
    query: QueryState;
    /** The spans of the request's trace, or of the first one of several requests that was found. */
    spans: readonly Span[];
    /** The trace that the request is found in when it is not in the one that was sent. */
    elsewhere: string | undefined;
    /** Services other traces of which arrived since the request. */
    otherServices: readonly string[];
    /** The ingress's configured share of traced requests. */
    sampleRate: number;
    /** How many such requests were sent. */
    requests: number;
    /** Whether the request said by itself that it is sampled. */
    forced: boolean;
    /** Whether a request that said so made a whole trace just before. */
    provenWhole: boolean;
    /** Lines of logs since the request that speak of failing to use the storage. */
    storageComplaints: readonly string[];
    /** How long the trace was waited for. */
    waitedSeconds: number;
}

/** A verdict that names the broken hop. */
export function broken(hop: Hop, summary: string, evidence: string[], mend: string): Diagnosis {
    return { verdict: "broken", hop, summary, evidence, mend };
}
