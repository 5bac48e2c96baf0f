// A Pulumi program without resources, in a temporary folder with a backend of its own.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { packageFolder } from "../../toolchain/folders";
import { runProgram } from "../program";

/** An empty program that was deployed once. */
export interface EmptyProgram {
    folder: string;
    stack: string;
    typeCheck: boolean;
    /** The whole environment for Pulumi. */
    env: NodeJS.ProcessEnv;
}

const STACK = "bench";

/** What a program needs to be run from TypeScript, taken from this package's dependencies. */
const DEPENDENCIES = ["@pulumi/pulumi", "@types/node", "ts-node", "typescript"];

const PROGRAM = `import * as pulumi from "@pulumi/pulumi";

export const stack = pulumi.getStack();
`;

/** The compiler options of the template of `pulumi new typescript`. */
const COMPILER_OPTIONS = {
    strict: true,
    outDir: "bin",
    target: "es2020",
    module: "commonjs",
    moduleResolution: "node",
    sourceMap: true,
    experimentalDecorators: true,
    pretty: true,
    noFallthroughCasesInSwitch: true,
    noImplicitReturns: true,
    forceConsistentCasingInFileNames: true,
};

/** Makes the program and deploys it once, so that a preview finds nothing to change. */
export async function makeEmptyProgram(env: NodeJS.ProcessEnv, typeCheck: boolean): Promise<EmptyProgram> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "traced-environment-bench-"));
    const program: EmptyProgram = { folder, stack: STACK, typeCheck, env: environment(env, folder) };
    try {
        writeProgram(program);
        const where = { cwd: folder, env: program.env };
        await runProgram("pulumi", ["stack", "init", STACK, "--non-interactive"], where);
        await runProgram("pulumi", ["up", "--stack", STACK, "--yes", "--skip-preview", "--non-interactive"], where);
        return program;
    } catch (error) {
        removeEmptyProgram(program);
        throw error;
    }
}

/** Removes the program and its backend. */
export function removeEmptyProgram({ folder }: EmptyProgram): void {
    fs.rmSync(folder, { recursive: true, force: true });
}

function environment(env: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
    const backend = path.join(folder, "backend");
    fs.mkdirSync(backend);
    return {
        ...env,
        PULUMI_BACKEND_URL: `file://${backend}`,
        PULUMI_CONFIG_PASSPHRASE: STACK,
    };
}

function writeProgram({ folder, typeCheck }: EmptyProgram): void {
    const compilerOptions = { ...COMPILER_OPTIONS, ...(typeCheck ? {} : { noCheck: true }) };
    const files: Record<string, string> = {
        "Pulumi.yaml": "name: empty\nruntime: nodejs\n",
        "package.json": JSON.stringify({ name: "empty", main: "index.ts" }),
        "tsconfig.json": JSON.stringify({ compilerOptions, files: ["index.ts"] }),
        "index.ts": PROGRAM,
    };
    for (const [name, content] of Object.entries(files)) {
        fs.writeFileSync(path.join(folder, name), content);
    }
    for (const name of DEPENDENCIES) {
        const link = path.join(folder, "node_modules", name);
        fs.mkdirSync(path.dirname(link), { recursive: true });
        fs.symlinkSync(path.join(packageFolder(), "node_modules", name), link);
    }
}
