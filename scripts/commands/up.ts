// `npm run up`: makes a stack and all it needs, and proves that requests are traced.
import { step } from "../../toolchain/progress";
import { openStack, Stack } from "../stack";
import { clearInterrupted } from "../stack/interrupted";
import { initStack, stackOutputs } from "../stack/operations";
import { checkPorts } from "../stack/ports";
import { asRecord } from "../stack/settings";
import { checkStorageClass } from "../stack/storageClass";
import { tellTroubles } from "../stack/troubles";
import { Command } from "./command";
import { expectSuccess } from "./exitCode";
import { EXPECT_NO_CHANGES, JSON_RESULT, REFRESH, STACK } from "./options";
import { runVerify } from "./verify";

/** What `--json` prints. */
interface Result {
    stack: string;
    /** How many resources were created, updated, kept (`same`) and so on. */
    changes: Record<string, number>;
    outputs: Record<string, unknown>;
    /** What the verification printed as JSON; missing with `--no-verify`. */
    verification?: unknown;
}

export const up: Command = {
    usage: {
        name: "up",
        summary: "Makes or changes a stack, then sends requests through it and shows their traces.",
        options: {
            stack: STACK,
            refresh: REFRESH,
            "expect-no-changes": EXPECT_NO_CHANGES,
            "no-verify": { description: "leaves the verification out" },
            yes: { description: "changes a stack that is not local without asking" },
            json: JSON_RESULT,
        },
    },
    async run(args) {
        const json = args.has("json");
        const stack = await openStack(args.value("stack")!, "images");
        if (stack.local) {
            await checkPorts(stack);
        }
        await checkStorageClass(stack);
        await initStack(stack);
        await clearInterrupted(stack, "up");
        await update(stack, {
            flags: ["refresh", "expect-no-changes"].filter((flag) => args.has(flag)),
            yes: args.has("yes"),
            json,
        });
        const outputs = await stackOutputs(stack);
        const verified = args.has("no-verify") ? undefined : await runVerify(stack, verifyArguments(stack, json), json);
        if (json) {
            const result: Result = {
                stack: stack.name,
                changes: await lastChanges(stack),
                outputs,
                ...(verified && { verification: parsed(verified.stdout) }),
            };
            process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
        } else {
            process.stdout.write(urlLines(outputs));
        }
        return verified?.code ?? 0;
    },
};

// A kubelet brings a new route to the ingress's pods when it looks after them next, every minute or so.
const SETTLE_SECONDS = { docker: 0, kubernetes: 120 };

function verifyArguments({ platform }: Stack, json: boolean): string[] {
    return ["--settle", String(SETTLE_SECONDS[platform]), ...(json ? ["--json"] : [])];
}

/** The addresses in the stack's output `urls`, one line each; empty when there is none. */
export function urlLines(outputs: Readonly<Record<string, unknown>>): string {
    // In a cluster nothing publishes Jaeger's UI.
    const hint = asRecord(outputs.probes).cluster === undefined ? "" : " by a port-forward (docs/kubernetes.md)";
    const lines = addresses("", outputs.urls).map(([name, url]) => `  ${name}: ${url}${name === "jaegerUi" ? hint : ""}\n`);
    return lines.length === 0 ? "" : `\n${lines.join("")}`;
}

function addresses(name: string, value: unknown): [string, string][] {
    return typeof value === "string"
        ? [[name, value]]
        : Object.entries(asRecord(value)).flatMap(([key, each]) => addresses(key, each));
}

// A local stack is changed at once, as its user's own; for another one Pulumi shows the preview and asks.
async function update(stack: Stack, how: { flags: string[]; yes: boolean; json: boolean }): Promise<void> {
    const args = how.flags.map((flag) => `--${flag}`);
    const output = how.json ? "stderr" : "inherit";
    if (!stack.local && !how.yes) {
        expectSuccess((await stack.pulumi(["up"], args, { output, interactive: true })).code);
        return;
    }
    const quick = stack.local ? ["--skip-preview"] : [];
    await step(`pulumi up (stack ${stack.name})`, async () => {
        const { code } = await stack.pulumi(["up"], ["--yes", "--non-interactive", ...quick, ...args], { output });
        if (code !== 0) {
            await tellTroubles(stack);
        }
        expectSuccess(code);
    });
}

async function lastChanges(stack: Stack): Promise<Record<string, number>> {
    const { stdout } = await stack.pulumi(["stack", "history"], ["--json", "--page-size", "1"], { output: "capture" });
    const updates = (parsed(stdout) ?? []) as { resourceChanges?: Record<string, number> }[];
    return updates[0]?.resourceChanges ?? {};
}

function parsed(json: string): unknown {
    try {
        return JSON.parse(json) as unknown;
    } catch {
        return undefined;
    }
}
