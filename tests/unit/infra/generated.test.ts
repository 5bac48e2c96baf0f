// What is made from the settings' schema is up to date, and says the same as the program.
import * as fs from "node:fs";
import * as path from "node:path";

import { parse } from "yaml";

import { editorSchema, projectFile } from "../../../infra/generated";
import { settingsSchema } from "../../../infra/settings";

const ROOT = path.resolve(__dirname, "../../..");
const read = (file: string) => fs.readFileSync(path.join(ROOT, file), "utf8");

describe("generated files are up to date (npm run generate)", () => {
    it("infra/settings.schema.json", () => {
        expect(read("infra/settings.schema.json")).toBe(editorSchema());
    });

    it("Pulumi.yaml", () => {
        expect(read("Pulumi.yaml")).toBe(projectFile(read("Pulumi.yaml")));
    });
});

describe("the schema for editors", () => {
    const { config } = JSON.parse(editorSchema()).properties;

    it("has every setting by its full name", () => {
        expect(Object.keys(config.properties)).toEqual(
            Object.keys(settingsSchema.shape).map((key) => `traced-environment:${key}`),
        );
    });

    /** The keys without a description, at any depth. */
    function undescribed(schema: Record<string, any>, at = ""): string[] {
        const properties = Object.entries<Record<string, any>>(schema.properties ?? {});
        const below = [schema.additionalProperties, schema.items].filter((each) => typeof each === "object");
        return [
            ...properties.flatMap(([key, value]) => [
                ...(!value.description && key !== "secure" ? [`${at}.${key}`] : []),
                ...undescribed(value, `${at}.${key}`),
            ]),
            ...below.flatMap((each) => undescribed(each, `${at}[]`)),
        ];
    }

    it("describes every key", () => {
        expect(undescribed(config)).toEqual([]);
    });

    it("would be found to lack a description", () => {
        const silent = { properties: { one: {}, two: { description: "Two.", properties: { inner: {} } } } };
        const maps = { additionalProperties: silent, items: { properties: { item: {} } } };
        expect(undescribed({ ...silent, ...maps })).toEqual([".one", ".two.inner", "[].one", "[].two.inner", "[].item"]);
    });

    it("refuses unknown keys in every group", () => {
        const app = config.properties["traced-environment:apps"].additionalProperties;
        expect(app.additionalProperties).toBe(false);
        expect(app.properties.route.additionalProperties).toBe(false);
    });

    it("wants secrets as Pulumi encrypts them", () => {
        const app = config.properties["traced-environment:apps"].additionalProperties;
        expect(app.properties.secretEnvironment.additionalProperties.required).toEqual(["secure"]);
    });

    it("is named in the dev stack's file, for editors", () => {
        expect(read("Pulumi.dev.yaml").split("\n")[0]).toBe(
            "# yaml-language-server: $schema=infra/settings.schema.json",
        );
    });
});

describe("the declarations in Pulumi.yaml", () => {
    it("let no check of Pulumi's own come first", () => {
        const declared = parse(read("Pulumi.yaml")).config as Record<string, Record<string, unknown>>;
        expect(Object.keys(declared)).toEqual(Object.keys(settingsSchema.shape));
        for (const declaration of Object.values(declared)) {
            expect(Object.keys(declaration)).toEqual(["description", "default"]);
        }
    });

    it("leave the rest of the file as it is", () => {
        expect(projectFile("# ours\nname: x # too\nconfig: {}\n")).toMatch(
            /^# ours\nname: x # too\nconfig:\n {2}platform:/,
        );
    });
});
