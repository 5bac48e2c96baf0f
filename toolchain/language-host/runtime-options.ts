// The options under `runtime.options` of a project file, as the language host understands them.
import type { ProgramInfo } from "@pulumi/pulumi/proto/language_pb";

/** Options of the Node.js runtime. */
export interface RuntimeOptions {
    /** Whether the SDK compiles TypeScript. @default true */
    typescript: boolean;
    /** Path of a tsconfig file other than `tsconfig.json`, relative to the program. */
    tsconfig?: string;
    /** Arguments for Node.js itself, such as `--max-old-space-size=4096`. */
    nodeargs: string[];
}

/** Reads the options; an option that would be ignored or misread is an error that names it. */
export function readRuntimeOptions(given: Readonly<Record<string, unknown>>): RuntimeOptions {
    const { typescript, tsconfig, nodeargs, packagemanager } = given;
    if (typescript !== undefined && typeof typescript !== "boolean") {
        throw new Error(wrong("typescript", typescript, "true or false"));
    }
    if (tsconfig !== undefined && typeof tsconfig !== "string") {
        throw new Error(wrong("tsconfig", tsconfig, "the path of a tsconfig file"));
    }
    if (nodeargs !== undefined && typeof nodeargs !== "string") {
        throw new Error(wrong("nodeargs", nodeargs, 'a text such as "--max-old-space-size=4096"'));
    }
    if (packagemanager !== undefined && packagemanager !== "npm") {
        throw new Error(wrong("packagemanager", packagemanager, '"npm": this language host knows no other'));
    }
    return {
        typescript: typescript ?? true,
        tsconfig: tsconfig || undefined,
        nodeargs: splitWords(nodeargs ?? ""),
    };
}

/** The options of a program that the engine describes. */
export function runtimeOptionsOf(info: ProgramInfo | undefined): RuntimeOptions {
    return readRuntimeOptions(info?.getOptions()?.toJavaScript() ?? {});
}

/** Splits a command line at its spaces; what stands in single or double quotes stays together. */
export function splitWords(text: string): string[] {
    const words = text.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
    return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}

function wrong(option: string, value: unknown, expected: string): string {
    return `runtime.options.${option} is ${JSON.stringify(value)}; expected ${expected}`;
}
