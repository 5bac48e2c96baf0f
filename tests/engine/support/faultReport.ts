// What a fault costs: requests that failed, traces that were lost, spans that were stored twice, and how long it took.
import { USERS } from "../../../components/storage/configuration";
import { Elasticsearch } from "./elasticsearch";
import { allWell, FaultKind, makeFault } from "./faults";
import { newTrace, readTrace, request, SERVER, Span } from "./http";
import { LoadResult, startLoad } from "./load";
import { ordersMade } from "./orders";
import { TestStack } from "./stack";

/** The parts whose loss no request may notice: the app is served without them. */
export const SERVED_WITHOUT = ["-collector-0", "-storage-0", "-query-0"];

/** Where a stack is reached. */
export interface Reached {
    web: number;
    jaegerUi: number;
    host: string;
}

/** What came of a fault under load. */
export interface FaultReport {
    part: string;
    kind: FaultKind | string;
    requests: number;
    failed: string[];
    /** Orders that the app made, but for those that the client knows of. */
    strayOrders: number;
    /** Answered requests whose trace lacks the ingress's or the app's span, once all is well again. */
    tracesLost: number;
    /** Documents in the storage that hold a span that another one holds too. */
    storedTwice: number;
    /** Seconds from the end of the fault until all containers are well and a request is a whole trace. */
    wholeAfter: number;
}

/** Requests a second. */
const RATE = 20;
/** Seconds that the load goes on before the fault, and after all is whole again. */
const QUIET = 3;
const GIVES_UP = 180;

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));

/** Whether a trace has the ingress's span and the app's. */
function isWhole(spans: readonly Span[]): boolean {
    return ["ingress", "shop"].every((name) =>
        spans.some(({ service, kind }) => service === name && kind === SERVER),
    );
}

/** Whether the containers are well and a request is traced whole, now. */
async function isWell(stack: TestStack, { web, jaegerUi, host }: Reached): Promise<boolean> {
    try {
        if (!(await allWell(stack))) {
            return false;
        }
        const trace = newTrace();
        const { status } = await request(web, "/api/products", {
            host,
            headers: { traceparent: trace.traceparent },
        });
        for (let attempt = 0; status === 200 && attempt < 10; attempt++) {
            await seconds(0.5);
            if (isWhole(await readTrace(jaegerUi, trace.id))) {
                return true;
            }
        }
    } catch {
        // Not yet.
    }
    return false;
}

/** Seconds until all is well. */
async function untilWell(stack: TestStack, reached: Reached): Promise<number> {
    const from = Date.now();
    while (!(await isWell(stack, reached))) {
        if (Date.now() - from > GIVES_UP * 1000) {
            return Infinity;
        }
        await seconds(0.5);
    }
    return (Date.now() - from) / 1000;
}

/** Makes a fault while requests go on. */
export async function faultUnderLoad(
    stack: TestStack,
    reached: Reached,
    part: string,
    kind: FaultKind | string,
    make: () => Promise<void> = () => makeFault(stack, part, kind as FaultKind),
): Promise<FaultReport> {
    const load = startLoad({ port: reached.web, host: reached.host, rate: RATE, atMost: 2 * GIVES_UP });
    let result: LoadResult | undefined;
    try {
        await seconds(QUIET);
        await make();
        const wholeAfter = await untilWell(stack, reached);
        await seconds(QUIET);
        result = await load.stop();
        const { lost, documents, spans } = await stored(stack, reached, result.traces);
        return {
            part,
            kind,
            requests: result.sent,
            failed: result.failures.map(({ method, at, what }) => `${at} s ${method}: ${what}`),
            strayOrders: (await ordersMade(stack, result)) - result.orders.length,
            tracesLost: lost,
            storedTwice: documents - spans,
            wholeAfter,
        };
    } finally {
        if (!result) {
            await load.stop();
        }
    }
}

/** What of the traces is in the storage: those that are not whole, documents, and spans that can be read. */
async function stored(
    stack: TestStack,
    { jaegerUi }: Reached,
    traces: readonly string[],
): Promise<{ lost: number; documents: number; spans: number }> {
    let missing = [...traces];
    let spans = 0;
    // Spans are on their way for seconds: what is not there is asked for again.
    for (let attempt = 0; attempt < 20 && missing.length > 0; attempt++) {
        await seconds(attempt === 0 ? 3 : 1);
        const still: string[] = [];
        for (const id of missing) {
            const read = await readTrace(jaegerUi, id);
            if (isWhole(read)) {
                spans += new Set(read.map((span) => span.id)).size;
            } else {
                still.push(id);
            }
        }
        missing = still;
    }
    const whole = traces.filter((id) => !missing.includes(id));
    return { lost: missing.length, documents: await documentsOf(stack, whole), spans };
}

/** How many documents of these traces the storage holds: each span is one. */
async function documentsOf(stack: TestStack, traces: readonly string[]): Promise<number> {
    const storage = await Elasticsearch.of(stack);
    let count = 0;
    for (let from = 0; from < traces.length; from += 500) {
        const query = { terms: { traceID: traces.slice(from, from + 500) } };
        const answer = await storage.ask(USERS.reader, "GET", "/*-jaeger-span-*/_count", { query });
        count += (JSON.parse(answer.body) as { count: number }).count;
    }
    return count;
}
