// A stack's Elasticsearch as the backups' user: nothing publishes its port, so curl asks it where it runs.
import { BACKUP_LOGIN, HOME, HTTP_PORT } from "../../components/storage/configuration";
import { Instance, Runtime, runtimeOfStack } from "../runtime";
import { Stack } from "../stack";

/** An answer of Elasticsearch. */
export interface Answer {
    status: number;
    body: string;
}

/** Asks Elasticsearch; rejects when there is no answer. */
export type Ask = (method: string, path: string, body?: string) => Promise<Answer>;

/** The way to ask the Elasticsearch of a stack. Throws when it does not run. */
export async function storageOf(stack: Stack): Promise<Ask> {
    const runtime = runtimeOfStack(stack);
    const node = (await runtime.instances()).find(({ component, running }) => component === "storage" && running);
    if (!node) {
        throw new Error(
            `The storage of the stack "${stack.name}" does not run, or where it runs does not answer. Run ` +
                `"npm run up -- --stack ${stack.name}" first.`,
        );
    }
    return (method, path, body) => askIn(runtime, node, method, path, body);
}

// The login stands in a file beside the server, the body goes through standard input: neither is on a command line.
async function askIn(runtime: Runtime, node: Instance, method: string, path: string, body?: string): Promise<Answer> {
    const command = [
        ...["curl", "--silent", "--show-error", "--config", `${HOME}/config/${BACKUP_LOGIN}`, "--request", method],
        ...["--header", "Content-Type: application/json", "--write-out", "\\n%{http_code}"],
        ...(body === undefined ? [] : ["--data-binary", "@-"]),
        `http://127.0.0.1:${HTTP_PORT}/${path}`,
    ];
    const output = await runtime.run(node, command, body).catch((error: Error) => {
        throw new Error(`Elasticsearch could not be asked: ${error.message}`, { cause: error });
    });
    const end = output.lastIndexOf("\n");
    return { status: Number(output.slice(end + 1)), body: output.slice(0, end) };
}
