// What a diagram shows: read from settings and from a state it is the same, on both platforms.
import * as fs from "node:fs";
import * as path from "node:path";

import { parse } from "yaml";

import { effectiveSettings } from "../../../../scripts/diagram/effective";
import { Facts } from "../../../../scripts/diagram/facts";
import { diagramOf } from "../../../../scripts/diagram/model";
import { factsOfSettings } from "../../../../scripts/diagram/settings";
import { factsOfState } from "../../../../scripts/diagram/state";
import { StackFile } from "../../../../scripts/stack/settings";
import { expectGolden } from "../../../helpers/golden";
import { ENVIRONMENTS, factsOf, PROJECT, stackFile } from "./environments";
import { MOCKED, stateOf } from "./madeState";

const RECORDED = path.resolve(__dirname, "../../../recorded");

/** Everything that a diagram says, a line each. */
function told(facts: Facts): string[] {
    const { title, place, boxes, calls, groups, networks } = diagramOf(facts);
    const network = (internal?: boolean) => (internal === undefined ? "existing" : internal ? "internal" : "open");
    return [
        `${title}, ${place}`,
        ...boxes.map(({ id, kind, name, lines, made }) => `box ${id} (${made ? "" : "other "}${kind}): ${[name, ...lines].join(" | ")}`),
        ...calls.map(({ from, to, protocol, label }) => `call ${from} > ${to}: ${label} (${protocol})`),
        ...groups.map((group) => `group ${group.title}: ${group.boxes.join(", ")}`),
        ...networks.map(({ name, internal, members }) => `${network(internal)} ${name}: ${members.join(", ")}`),
    ];
}

describe("the settings of an environment", () => {
    it.each(Object.entries(ENVIRONMENTS))("with %s are drawn as it was reviewed", (name, settings) => {
        expectGolden(path.join(__dirname, "golden/told", `${name.replaceAll(" ", "-")}.txt`), `${told(factsOf(settings)).join("\n")}\n`);
    });
});

// Thirty apps are no other than three, and take the mocks ten seconds.
const MADE = Object.entries(ENVIRONMENTS).filter(([name]) => name !== "thirty apps");

describe("the state of an environment", () => {
    it.each(MADE)("with %s is drawn as its settings are", async (_, settings) => {
        const planned = factsOfSettings(effectiveSettings(stackFile(settings), PROJECT), MOCKED.project, MOCKED.stack);
        expect(factsOfState(await stateOf(settings))).toEqual(planned);
    });
});

describe("the recorded state of a release", () => {
    it.each(fs.readdirSync(RECORDED))("%s is that of its settings", (release) => {
        const read = (file: string) => fs.readFileSync(path.join(RECORDED, release, file), "utf8");
        const { name, ...file } = parse(read("docker.settings.yaml")) as StackFile & { name: string };
        const planned = factsOfSettings(effectiveSettings(file, PROJECT), PROJECT, name);
        expect(factsOfState(read("docker.state.json"))).toEqual(planned);
        expect(told(planned)).toContain("call client > main-ingress: HTTPS 127.0.0.1:18182 (HTTPS)");
    });
});

describe("a state without an environment", () => {
    it.each(["{}", '{"deployment":{"resources":[]}}', '{"deployment":{}}'])("is refused: %s", (text) => {
        expect(() => factsOfState(text)).toThrow("The stack has no environment: expected one that npm run up has made");
    });
});

describe("settings that are wrong", () => {
    const wrong = (settings: Record<string, unknown>) => () => effectiveSettings(stackFile(settings), PROJECT);
    const good = ENVIRONMENTS["one app"];

    it("are refused with all that is wrong", () => {
        expect(wrong({ ...good, engin: "local", ingress: { port: 0 } })).toThrow(/- engin: (.|\n)*- ingress\.port: /);
    });

    it("are those with a secret where none is kept", () => {
        expect(wrong({ ...good, environmentName: { secure: "AAAA" } })).toThrow("environmentName");
    });

    it("are not those with an image that is not built yet", () => {
        expect(wrong({ ...good, databases: undefined, apps: { shop: { build: "examples/django-shop" } } })).not.toThrow();
    });
});
