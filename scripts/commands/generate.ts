// `npm run generate`: writes the files that are made from the settings' schema and from the components' sources, or checks
// that they are up to date.
import * as fs from "node:fs";
import * as path from "node:path";

import { editorSchema, projectFile } from "../../infra/generated";
import { packageFolder } from "../../toolchain/folders";
import { say } from "../../toolchain/progress";
import { readReference } from "../reference/model";
import { referencePage } from "../reference/page";
import { Command } from "./command";

/** A file of this checkout and what it has to be, given what it is. */
type Generated = readonly [file: string, content: (present: string) => string];

const GENERATED: readonly Generated[] = [
    ["infra/settings.schema.json", () => editorSchema()],
    ["Pulumi.yaml", projectFile],
    ["docs/components.md", () => referencePage(readReference(inCheckout("components")))],
];

export const generate: Command = {
    usage: {
        name: "generate",
        summary: "Writes the files that are made from the settings' schema and from the components' sources.",
        options: { check: { description: "writes nothing, and fails when one is not up to date" } },
    },
    async run(args) {
        const changed = GENERATED.filter((each) => !isUpToDate(each));
        for (const [file, content] of changed) {
            if (args.has("check")) {
                say(`${file} is not up to date: expected what "npm run generate" writes. Run it and keep the result.`);
            } else {
                fs.writeFileSync(inCheckout(file), content(read(file)));
                say(`${file}: written`);
            }
        }
        return args.has("check") && changed.length > 0 ? 1 : 0;
    },
};

function isUpToDate([file, content]: Generated): boolean {
    const present = read(file);
    return present === content(present);
}

function read(file: string): string {
    return fs.existsSync(inCheckout(file)) ? fs.readFileSync(inCheckout(file), "utf8") : "";
}

function inCheckout(file: string): string {
    return path.join(packageFolder(), file);
}
