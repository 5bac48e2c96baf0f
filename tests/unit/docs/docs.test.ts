// The documentation is held to the code where that is cheap: links, commands, settings, variables, versions, examples.
import * as fs from "node:fs";
import * as path from "node:path";

import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";

import { telemetryNames } from "../../../components/app/opentelemetry";
import { HEADERS_VARIABLE } from "../../../components/app/otlp";
import { DJANGO } from "../../../components/app/presets";
import { describeProblems } from "../../../components/support/errors";
import { IMAGES } from "../../../components/support/versions";
import { checkSettings } from "../../../infra/problems";
import { NAMESPACE } from "../../../infra/settings";
import { backup } from "../../../scripts/commands/backup";
import { cluster } from "../../../scripts/commands/cluster";
import { down } from "../../../scripts/commands/down";
import { engine } from "../../../scripts/commands/engine";
import { generate } from "../../../scripts/commands/generate";
import { preview } from "../../../scripts/commands/preview";
import { restore } from "../../../scripts/commands/restore";
import { test as testCommand } from "../../../scripts/commands/test";
import { up } from "../../../scripts/commands/up";
import { HOPS } from "../../../scripts/verify/observations";
import { registeredBy } from "../../helpers/mocks";
import { anchors, code, firstCells, PAGES, read, relativeLinks, ROOT, rows, section } from "./pages";

/** Brings the example under the type check. */
type Compose = typeof import("../../../examples/compose");

/** The settings' tree of a stack's file, as the program gets it. */
function tree(stackFile: string): Record<string, unknown> {
    const { config } = parse(stackFile) as { config: Record<string, unknown> };
    return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(`${NAMESPACE}:`, ""), value]));
}

describe.each(PAGES)("%s", (page) => {
    const text = read(page);

    it("links to files and headings that are there", () => {
        const missing = relativeLinks(text).filter((link) => {
            const [file, anchor] = link.split("#");
            const target = file === "" ? page : path.join(path.dirname(page), file);
            return (
                !fs.existsSync(path.join(ROOT, target)) ||
                (anchor !== undefined && !anchors(read(target)).includes(anchor))
            );
        });
        expect(missing).toEqual([]);
    });

    it("names commands that package.json has", () => {
        const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
        const named = [...text.matchAll(/npm run (?:--silent )?([a-z][a-z:-]*)/g)].map(([, name]) => name);
        expect(named.filter((name) => !(name in scripts))).toEqual([]);
    });

    it("has no line of prose over 110 columns", () => {
        const prose = text.replace(/^```.*?^```$/gms, "");
        expect(prose.split("\n").filter((line) => !line.startsWith("|") && line.length > 110)).toEqual([]);
    });
});

describe("the README", () => {
    const readme = read("README.md");

    it("quotes examples/compose as it is", () => {
        expect(code(readme, "ts")).toEqual([read("examples/compose/index.ts")]);
    });

    it("shows settings that are accepted", () => {
        const [settings] = code(readme, "yaml");
        expect(checkSettings(tree(settings), { secretKeys: new Set() })).toHaveProperty("settings");
    });

    it("lists the options of each command", () => {
        const table = rows(section(readme, "## The commands"));
        const options = (command: string) =>
            [...(table.find(([first]) => first === `\`${command}\``)?.[2] ?? "").matchAll(/--([a-z-]+)/g)].map(
                ([, name]) => name,
            );
        for (const { usage } of [up, preview, down, backup, restore, engine, cluster, generate, testCommand]) {
            const command = usage.name === "test" ? "npm test" : `npm run ${usage.name}`;
            const own = Object.keys(usage.options).filter((name) => name !== "stack");
            expect({ command, options: options(command).sort() }).toEqual({ command, options: own.sort() });
        }
    });

    it("says the licence of package.json", () => {
        const { license } = JSON.parse(read("package.json")) as { license: string };
        expect(readme).toContain(`The licence is [${license}](LICENSE)`);
    });
});

describe("docs/settings.md", () => {
    const page = read("docs/settings.md");

    it("lists exactly the settings of the schema", () => {
        interface Schema {
            properties?: Record<string, Schema>;
            additionalProperties?: Schema | boolean;
            items?: Schema;
        }
        // How Pulumi writes a secret is no setting.
        const isSecret = ({ properties = {} }: Schema) => "secure" in properties;
        const keys = ({ properties = {} }: Schema, before = ""): string[] =>
            Object.entries(properties).flatMap(([name, schema]) => {
                const key = before + name.replace(`${NAMESPACE}:`, "");
                if (isSecret(schema)) {
                    return [key];
                }
                const values = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
                const named = isSecret(values) ? {} : values;
                return [
                    key,
                    ...keys(schema, `${key}.`),
                    ...keys(named, `${key}.<name>.`),
                    ...keys(schema.items ?? {}, `${key}[].`),
                ];
            });
        const schema = JSON.parse(read("infra/settings.schema.json")) as Schema;
        const config = schema.properties?.config ?? {};
        expect(firstCells(section(page, "## All settings")).sort()).toEqual(keys(config).sort());
    });

    it("shows errors as they are", () => {
        const wrong = {
            engine: "local",
            ingres: { port: 8080 },
            storage: { memory: "512MiB" },
            apps: { shop: { image: "r/shop:latest", replica: 2, preset: "django" } },
        };
        const checked = checkSettings(wrong, { secretKeys: new Set() });
        const [, ...shown] = code(section(page, "## Errors"), "text")[0].trimEnd().split("\n");
        expect(shown.join("\n")).toBe("problems" in checked ? describeProblems(checked.problems) : "no problems");
    });
});

describe("docs/app.md", () => {
    it("lists exactly the variables that are injected", () => {
        const preset = DJANGO.variables({ settingsModule: "shop.settings", untracedPaths: ["/health"], keepAlive: 75 });
        const listed = firstCells(section(read("docs/app.md"), "## What is injected"));
        const names = [...telemetryNames({ preset, certificate: "ca.crt" }, []), HEADERS_VARIABLE];
        expect(listed.sort()).toEqual(names.sort());
    });

    it("shows the pattern of untraced paths as it is", () => {
        const preset = DJANGO.variables({ settingsModule: "shop.settings", untracedPaths: ["/health"], keepAlive: 75 });
        expect(read("docs/app.md")).toContain(`\`${preset.OTEL_PYTHON_DJANGO_EXCLUDED_URLS}\``);
    });
});

describe("docs/matrix.md", () => {
    it("has the default versions", () => {
        const defaults = rows(read("docs/matrix.md"))
            .filter(([part]) => part in IMAGES)
            .map(([part, version]) => [part, version]);
        expect(defaults).toEqual(Object.entries(IMAGES).map(([part, { version }]) => [part, version]));
    });
});

describe("docs/verify.md", () => {
    it("lists exactly the hops that can be broken", () => {
        expect(firstCells(section(read("docs/verify.md"), "## Broken hops")).sort()).toEqual([...HOPS].sort());
    });
});

describe("examples/compose", () => {
    it("makes the parts and the app", async () => {
        pulumi.runtime.setAllConfig({ "project:image": "registry.example.org/shop:1.4.2", "project:secretKey": "s" });
        let outputs: Compose | undefined;
        const registered = await registeredBy(() => {
            outputs = require("../../../examples/compose") as Compose;
        });
        const components = registered.filter(({ type }) => type.startsWith("traced-environment:"));
        expect(components.map(({ name }) => name).sort()).toEqual(["collector", "ingress", "query", "retention", "shop", "storage"]);
        expect(outputs).toHaveProperty("url");
    });
});

describe("docs/sizing.md", () => {
    it("has the disk that its figures give", () => {
        const page = read("docs/sizing.md");
        const [, bytes] = /\| disk of a span, without replicas \| (\d+) bytes \|/.exec(page) ?? [];
        const table = rows(section(page, "## Disk and shards")).slice(2);
        expect(table).toHaveLength(10);
        for (const [spans, days, data, size] of table) {
            const needed = Number(spans.replace(",", "")) * 86_400 * (Number(days) + 1) * Number(bytes);
            expect([data, size]).toEqual([
                `${(needed / 1e9).toLocaleString("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 })} GB`,
                `\`${Math.ceil(needed / 0.8 / 2 ** 30 + 1)}GiB\``,
            ]);
        }
    });
});
