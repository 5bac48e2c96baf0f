// The schema that other languages see: inferred by Pulumi from the components' types, reviewed as a golden file.
import * as fs from "fs";
import * as path from "path";

import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema";

import * as library from "../../components";
import { expectGolden } from "../helpers/golden";

const ROOT = path.join(__dirname, "../..");
const PLUGIN = path.join(ROOT, "components");

interface Described {
    description?: string;
}
interface ObjectType extends Described {
    properties?: Record<string, Described>;
    inputProperties?: Record<string, Described>;
}
interface Schema {
    version: string;
    resources: Record<string, ObjectType>;
    types: Record<string, ObjectType>;
}

function read(file: string): { name: string; version: string; description: string } {
    return JSON.parse(fs.readFileSync(file, "utf8"));
}

/** The schema in the form of `pulumi package get-schema`: sorted, and without what the analysis notes for itself. */
function asTheCliTells(value: unknown, key = ""): unknown {
    if (Array.isArray(value)) {
        return key === "required" || key === "requiredInputs" ? [...value].sort() : value.map((each) => asTheCliTells(each));
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const left = Object.entries(value).filter(([name, each]) => name !== "optional" && !isEmpty(name, each));
    const sorted = left.sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(sorted.map(([name, each]) => [name, asTheCliTells(each, name)]));
}

function isEmpty(name: string, value: unknown): boolean {
    const leftOut = ["required", "requiredInputs", "properties", "dependencies"].includes(name);
    return leftOut && Object.keys(value as object).length === 0;
}

describe("the package's schema", () => {
    let schema: Schema;
    beforeAll(() => {
        const plugin = read(path.join(PLUGIN, "package.json"));
        const components = Object.entries(library)
            .filter(([, value]) => typeof value === "function")
            .map(([name]) => name);
        const {
            components: found,
            typeDefinitions,
            dependencies,
        } = new Analyzer(
            PLUGIN,
            plugin.name,
            plugin as Record<string, unknown>,
            new Set(components),
        ).analyze();
        schema = generateSchema(
            plugin.name,
            plugin.version,
            plugin.description,
            found,
            typeDefinitions,
            dependencies,
        ) as unknown as Schema;
    });

    it("is the one that was reviewed", () => {
        const told = asTheCliTells({ ...schema, config: {}, provider: {} });
        expectGolden(path.join(__dirname, "golden/schema.json"), `${JSON.stringify(told, null, 2)}\n`);
    });

    it("has the components and no others", () => {
        expect(
            Object.keys(schema.resources)
                .map((token) => token.replace("traced-environment:index:", ""))
                .sort(),
        ).toEqual([
            "ElasticsearchStorage",
            "JaegerCollector",
            "JaegerQuery",
            "StorageRetention",
            "TraceCanary",
            "TracedApp",
            "TracedEnvironment",
            "TracedEnvironmentReference",
            "TraefikIngress",
        ]);
    });

    it("describes every type, input and output", () => {
        const silent: string[] = [];
        for (const [token, type] of [...Object.entries(schema.resources), ...Object.entries(schema.types)]) {
            for (const [name, property] of Object.entries({ ...type.properties, ...type.inputProperties })) {
                if (!property.description) {
                    silent.push(`${token}.${name}`);
                }
            }
        }
        expect(silent).toEqual([]);
    });

    it("has the version of the npm package", () => {
        expect(schema.version).toBe(read(path.join(ROOT, "package.json")).version);
    });
});
