// Every trace of a load read back, each looked at whether it is whole.
import { readTrace, SERVER, Span } from "../../engine/support/http";
import { ClusterStack } from "./environment";

const AT_ONCE = 16;
/** Longer than an SDK tries to send what the collector did not take. */
const WAIT_MS = 90_000;

/** What is missing of a request's trace; undefined when it is whole. */
export function missingIn(spans: readonly Span[], app: string): string | undefined {
    const known = new Set(spans.map(({ id }) => id));
    // The client has begun the trace, and sends no span of its own.
    const first = spans.filter(({ parent }) => !known.has(parent));
    if (first.length !== 1 || first[0].service !== "ingress" || first[0].kind !== SERVER) {
        return `not one first span of the ingress: ${first.map(({ service, name }) => `${service} ${name}`).join(", ")}`;
    }
    const server = spans.find(({ service, kind }) => service === app && kind === SERVER);
    if (!server) {
        return `no server span of ${app}`;
    }
    return spans.some(({ parent, attributes }) => parent === server.id && attributes["db.system.name"] === "postgresql")
        ? undefined
        : "no span of the database";
}

/** Reads traces until all are whole, or longer than spans are under way; gives those that are, and what the others lack. */
export async function readWhole(
    stack: ClusterStack,
    app: string,
    ids: readonly string[],
): Promise<{ whole: Span[][]; missing: Record<string, string> }> {
    const { podIP } = (await stack.pod("main-query")).status;
    const whole: Span[][] = [];
    const missing = new Map(ids.map((id) => [id, "not read"]));
    for (const end = Date.now() + WAIT_MS; missing.size > 0 && Date.now() < end;) {
        const asked = [...missing.keys()];
        for (let from = 0; from < asked.length; from += AT_ONCE) {
            await Promise.all(
                asked.slice(from, from + AT_ONCE).map(async (id) => {
                    const spans = await readTrace(16686, id, podIP);
                    const lacks = missingIn(spans, app);
                    if (lacks === undefined) {
                        missing.delete(id);
                        whole.push(spans);
                    } else {
                        missing.set(id, lacks);
                    }
                }),
            );
        }
    }
    return { whole, missing: Object.fromEntries(missing) };
}
