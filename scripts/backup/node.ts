// A stack's Elasticsearch as the backups' user: nothing publishes its port, so curl asks it in its own container.
import { spawn } from "node:child_process";

import { BACKUP_LOGIN, HOME, HTTP_PORT } from "../../components/storage/configuration";
import { Stack } from "../stack";
import { containersOf, listContainers } from "../stack/containers";

/** An answer of Elasticsearch. */
export interface Answer {
    status: number;
    body: string;
}

/** Asks Elasticsearch; rejects when there is no answer. */
export type Ask = (method: string, path: string, body?: string) => Promise<Answer>;

/** The way to ask the Elasticsearch of a stack. Throws when it does not run. */
export async function storageOf(stack: Stack): Promise<Ask> {
    const node = containersOf(stack, await listContainers(stack.env)).find(
        ({ component, state }) => component === "storage" && state === "running",
    );
    if (!node) {
        throw new Error(
            `The storage of the stack "${stack.name}" does not run, or its engine does not answer. Run ` +
                `"npm run up -- --stack ${stack.name}" first.`,
        );
    }
    return (method, path, body) => askIn(node.id, stack.env, method, path, body);
}

// The login stands in a file of the container, the body goes through standard input: neither is on a command line.
async function askIn(
    container: string,
    env: NodeJS.ProcessEnv,
    method: string,
    path: string,
    body?: string,
): Promise<Answer> {
    const output = await run(
        "docker",
        [
            ...["exec", "--interactive", container, "curl", "--silent", "--show-error"],
            ...["--config", `${HOME}/config/${BACKUP_LOGIN}`, "--request", method],
            ...["--header", "Content-Type: application/json", "--write-out", "\\n%{http_code}"],
            ...(body === undefined ? [] : ["--data-binary", "@-"]),
            `http://127.0.0.1:${HTTP_PORT}/${path}`,
        ],
        env,
        body ?? "",
    );
    const end = output.lastIndexOf("\n");
    return { status: Number(output.slice(end + 1)), body: output.slice(0, end) };
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv, input: string): Promise<string> {
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, { env, stdio: "pipe" });
        const [out, err]: Buffer[][] = [[], []];
        child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
        child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
        child.on("error", (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
        child.on("close", (code) => {
            if (code === 0) {
                resolve(Buffer.concat(out).toString());
            } else {
                reject(new Error(`Elasticsearch could not be asked: ${Buffer.concat(err).toString().trim()}`));
            }
        });
        // Who ends before it has read everything says why by its exit code.
        child.stdin.on("error", () => undefined);
        child.stdin.end(input);
    });
}
