// From what was observed to the hop that is broken: a pure decision, with evidence and what to do.
import { controllerAnswer, describeAnswer, ingressAnswer } from "./answers";
import { Diagnosis, Observations, broken } from "./observations";
import { shapeOf, upstreamOf } from "./shape";
import { diagnoseStorage } from "./storageFault";
import { counted } from "./text";
import { diagnoseAbsence, diagnoseTrace } from "./traceDiagnosis";

/** Decides what the observations mean. */
export function diagnose(seen: Observations): Diagnosis {
    return (
        diagnoseRequest(seen) ??
        diagnoseQuery(seen) ??
        (seen.spans.length > 0 ? diagnoseTrace(seen) : diagnoseAbsence(seen))
    );
}

/** The request did not come to the app. */
export function diagnoseRequest({
    expected,
    request,
    spans,
}: Pick<Observations, "expected" | "request" | "spans">): Diagnosis | undefined {
    const { ingress, app } = expected;
    const answer = describeAnswer(request);
    if (request.kind === "failed") {
        return broken(
            "ingress-unreachable",
            `No answer from ${ingress}.`,
            [answer],
            "Check that the environment is up and that its address and port are the ones requested.",
        );
    }
    // The trace is the better witness: an app may answer just like Traefik.
    const { ingressClient, appServer } = shapeOf(spans, expected);
    const byItself = expected.startsAtApp ? controllerAnswer(request) : ingressAnswer(request);
    const evidence = expected.startsAtApp
        ? `${answer}, and no span of ${app}: most likely it was not called.`
        : `${answer}, which is Traefik's own answer`;
    if (byItself === "no-route" && !ingressClient && !appServer) {
        return broken(
            "route-missing",
            `${ingress} has no route for this host and path.`,
            [expected.startsAtApp ? evidence : `${evidence}; ${app} was not called.`],
            `Check host and path of ${app}'s route; look for ` +
                (expected.startsAtApp
                    ? `what the status and the events of its Ingress or HTTPRoute say, and the log of ${ingress}.`
                    : `refused route files in the log of ${ingress}.`),
        );
    }
    if (byItself === "backend-down" && !appServer) {
        const upstream = upstreamOf(ingressClient);
        return broken(
            "app-down",
            `${ingress} can't reach ${app}.`,
            [expected.startsAtApp ? evidence : `${evidence}.`, ...(upstream ? [`It called ${upstream}.`] : [])],
            `Check that the instances of ${app} run, are healthy, and listen on the route's port.`,
        );
    }
    return undefined;
}

/** Nothing can be said of the trace, because it can't be read. */
function diagnoseQuery({ query, storageComplaints }: Observations): Diagnosis | undefined {
    switch (query.kind) {
        case "unreachable":
            if (storageComplaints.length > 0) {
                return diagnoseStorage("the query role", [query.evidence, ...storageComplaints]);
            }
            return broken(
                "query-unreachable",
                "Jaeger's query API can't be reached.",
                [query.evidence],
                "Check that the query role runs, and that nothing else has its address.",
            );
        case "not-reading":
            return broken(
                "query-not-reading",
                "Jaeger's query API does not read traces.",
                [query.evidence],
                "Look at the query role's log; check its storage address, user, password and index prefix, and " +
                    "that the storage answers.",
            );
        case "storage-failing":
            return diagnoseStorage("the query role", [`The query API says: ${query.evidence}`]);
        default:
            return undefined;
    }
}

/** The verdict on how many of the expected instances were seen. */
export function diagnoseInstances(expected: number, seen: readonly string[], requests: number): Diagnosis {
    const found = [...seen].sort();
    if (found.length >= expected) {
        return {
            verdict: "whole",
            summary: `${counted(found.length, "instance")} traced: ${found.join(", ")}.`,
            evidence: [],
            mend: "",
        };
    }
    return broken(
        "instance-unseen",
        `${found.length} of ${expected} instances served a traced request.`,
        [`${requests} requests, served by ${found.join(", ") || "nobody known"}.`],
        "Check that the others run and are healthy, that the route names them, and that each has its own " +
            "service.instance.id.",
    );
}
