// Whether a cluster enforces NetworkPolicy: told by a connection that a policy forbids, beside one that it allows.
import { HTTP_PORT } from "../../components/storage/configuration";
import { PORTS } from "../../components/tracing/configuration";
import { Instance, Runtime } from "../runtime";

/** What came of a connection: it was opened, or not, or nothing can be said. */
export type Attempt = "opened" | "kept off" | "unknown";

/** What the attempts mean; without the one that is allowed, the other says nothing. */
export function enforcement(allowed: Attempt, forbidden: Attempt): "enforced" | "not enforced" | "unknown" {
    if (forbidden === "opened") {
        return "not enforced";
    }
    return allowed === "opened" && forbidden === "kept off" ? "enforced" : "unknown";
}

/** What is said of a cluster that lets through what a policy forbids; undefined when nothing is to be said. */
export async function networkPolicyNote(runtime: Runtime): Promise<string | undefined> {
    const well = (await runtime.instances()).filter(({ running, trouble, address }) => running && !trouble && address);
    const [caller, allowed, forbidden] = ["ingress", "collector", "storage"].map((role) =>
        well.find(({ component }) => component === role),
    );
    // Requests that come by another ingress leave only the apps to ask from.
    const from = caller ?? well.find(({ component }) => component === "app");
    if (!from || !allowed || !forbidden) {
        return undefined;
    }
    const found = await Promise.all([
        attempt(runtime, from, allowed, PORTS.otlpHttp),
        attempt(runtime, from, forbidden, HTTP_PORT),
    ]);
    return enforcement(...found) === "not enforced"
        ? `The cluster does not enforce NetworkPolicy: ${from.name} opened port ${HTTP_PORT} of ${forbidden.name}, which ` +
              "no policy allows. Use a network plugin that does, such as Calico or Cilium."
        : undefined;
}

const SECONDS = 2;

/** Programs that open a connection; which of them an image has is tried. */
const PROGRAMS: readonly ((host: string, port: number) => string[])[] = [
    (host, port) => ["nc", "-w", String(SECONDS), host, String(port)],
    (host, port) => [
        ...["python3", "-c", "import socket,sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3]))"],
        ...[host, String(port), String(SECONDS)],
    ],
];

async function attempt(runtime: Runtime, from: Instance, to: Instance, port: number): Promise<Attempt> {
    for (const program of PROGRAMS) {
        const result = await runtime.run(from, program(to.address!, port)).then(
            (): Attempt => "opened",
            (error: Error) => attemptOf(error.message),
        );
        if (result !== "unknown") {
            return result;
        }
    }
    return "unknown";
}

/** What a program's complaint says of its connection. */
export function attemptOf(complaint: string): Attempt {
    return /timed? ?out|can't connect|refused|unreachable|no route|prohibited|not permitted/i.test(complaint)
        ? "kept off"
        : "unknown";
}
