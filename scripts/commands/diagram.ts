// `npm run diagram`: draws a stack from its settings or from its state.
import * as fs from "node:fs";
import * as path from "node:path";

import { say } from "../../toolchain/progress";
import { UsageError } from "../arguments";
import { effectiveSettings } from "../diagram/effective";
import { Facts } from "../diagram/facts";
import { mermaidOf } from "../diagram/mermaid";
import { Diagram, diagramOf } from "../diagram/model";
import { factsOfSettings } from "../diagram/settings";
import { factsOfState } from "../diagram/state";
import { svgOf } from "../diagram/svg";
import { openStack } from "../stack";
import { LocalFolder } from "../stack/localFolder";
import { exportState, stackExists } from "../stack/operations";
import { openProject, readStackFile } from "../stack/project";
import { isLocal } from "../stack/settings";
import { Command } from "./command";
import { STACK } from "./options";

const SOURCES: Readonly<Record<string, (stack: string) => Promise<Facts>>> = { settings: plannedFacts, state: madeFacts };
const FORMATS: Readonly<Record<string, (diagram: Diagram) => string>> = { mermaid: mermaidOf, svg: svgOf };

export const diagram: Command = {
    usage: {
        name: "diagram",
        summary: "Draws a stack: its parts, who calls whom on which port, its networks, and what is published.",
        options: {
            stack: STACK,
            from: { value: "source", default: "settings", description: "settings: what up would make; state: what it has made" },
            format: { value: "format", default: "mermaid", description: "mermaid, for Markdown; svg, for a browser" },
            out: { value: "file", description: "writes to this file and not to standard output" },
        },
    },
    async run(args) {
        const read = chosen(SOURCES, "from", args.value("from"));
        const draw = chosen(FORMATS, "format", args.value("format"));
        const text = draw(diagramOf(await read(args.value("stack")!)));
        const out = args.value("out");
        if (out === undefined) {
            process.stdout.write(text);
        } else {
            fs.writeFileSync(path.resolve(out), text);
            say(`${out}: written`);
        }
        return 0;
    },
};

function chosen<T>(choices: Readonly<Record<string, T>>, option: string, value = ""): T {
    if (!Object.hasOwn(choices, value)) {
        throw new UsageError(`--${option} ${value}: expected ${Object.keys(choices).join(" or ")}.`);
    }
    return choices[value];
}

/** What the next `up` would make. It needs nothing but the settings: no tool, and no secret. */
async function plannedFacts(stack: string): Promise<Facts> {
    const project = openProject();
    const tracked = readStackFile(project, stack);
    const folder = isLocal(tracked, project.name) ? new LocalFolder(project) : undefined;
    const file = folder ? folder.changedFile(stack, tracked) : tracked;
    return factsOfSettings(effectiveSettings(file, project.name, folder?.environmentId), project.name, stack);
}

/** What the stack's state says that there is. */
async function madeFacts(name: string): Promise<Facts> {
    const stack = await openStack(name, "tools");
    if (!(await stackExists(stack))) {
        throw new Error(`The stack "${name}" is not there: expected one that npm run up has made. Draw it from its settings instead.`);
    }
    return factsOfState(await exportState(stack));
}
