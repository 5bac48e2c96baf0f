// The commands that the documentation shows, and by which test each is run.
import * as fs from "node:fs";
import * as path from "node:path";

import { code, ROOT } from "./pages";

/** A command, the test that runs it, and the text of that file by which it does: the decisive part, or the block's heading. */
export type Run = readonly [command: string, file: string, text: string];

const ENVIRONMENT = "tests/engine/environment.test.ts";
const DATA = "tests/engine/data.test.ts";
const EXTERNAL = "tests/engine/external.test.ts";
const HOPS = "tests/engine/topics/brokenHops.ts";
const SECOND_ENGINE = "tests/engine/topics/secondEngine.ts";
const TLS = "tests/engine/topics/tls.ts";
const RETENTION = "tests/engine/topics/retention.ts";
const PROGRAM = "tests/engine/support/program.ts";
const TEMPLATE = "tests/engine/support/template.ts";
const CLUSTER = "tests/cluster/environment.test.ts";
const DIAGRAM = "tests/unit/scripts/diagram/command.test.ts";
const VERIFY = "tests/unit/verify/verify.test.ts";
const FAULTS = "tests/faults/engine/faults.test.ts";
/** Runs the commands that only tell something, and has each one's options read by the command itself. */
const HERE = "tests/unit/docs/commands.test.ts";

const README_TEMPLATE = "## A program of your own, from a template";
const SET_SECRET = '.pulumi("config", "set", "--secret", "--path"';

/** What is run, with names, ports and addresses of the tests; what asks a person has `--yes` there, or its standard input. */
export const RUN: readonly Run[] = [
    ["npm test", ".ci/run", "exec npm test"],

    ["npm run up", ENVIRONMENT, "await stack.up()"],
    ["npm run preview", ENVIRONMENT, "await stack.preview()"],
    ["npm run verify", HOPS, 'stack.command("verify"'],
    ["npm run verify -- --html traces.html", HOPS, 'stack.command("verify", ["--html", page])'],
    [`npm run verify -- --method POST --path /api/orders --body '{"customer":"Ada","lines":[{"product":1,"quantity":1}]}'`, VERIFY, 'read("docs/verify.md")'],
    ["npm run verify -- --app shop --path /orders/ --database yes", VERIFY, 'read("docs/verify.md")'],
    ["npm run diagram", DIAGRAM, "await drawn()"],
    ["npm run diagram -- --format svg --out environment.svg", DIAGRAM, 'await drawn("--format", "svg", "--out", file)'],
    ["npm run diagram -- --stack staging --from state", ENVIRONMENT, 'stack.command("diagram", ["--from", "state"])'],
    ["npm run --silent diagram -- --stack k8s > environment.mmd", DIAGRAM, 'await drawn("--stack", "k8s")'],
    ["npm run down", ENVIRONMENT, 'stack.command("down"'],
    [`curl -H 'Host: shop.localhost' http://127.0.0.1:8080/api/products`, "tests/engine/examples.test.ts", 'traceOf("/api/products", "SELECT")'],
    ["npm run up -- --stack k8s", CLUSTER, "await stack.up()"],
    ["npm run verify -- --stack k8s", CLUSTER, "await stack.verify()"],
    ["npm run down -- --stack k8s", CLUSTER, 'stack.command("down"'],

    ["npm run up -- --stack staging", SECOND_ENGINE, 'command("up", ["--yes", "--json"])'],
    ["npm run up -- --stack staging --refresh", ENVIRONMENT, 'stack.command("up", ["--refresh", "--expect-no-changes"])'],
    ["npm run verify -- --stack staging", SECOND_ENGINE, 'command("verify", ["--json"])'],
    ["npm run verify -- --stack staging --html traces.html", HOPS, 'stack.command("verify", ["--html", page])'],
    ["npm run down -- --stack staging", SECOND_ENGINE, 'command("down", ["--yes"])'],
    ["npm run preview -- --stack staging", EXTERNAL, "await sent.preview()"],
    ["npm run preview -- --stack staging --diff", ENVIRONMENT, 'stack.command("preview", ["--diff"])'],
    ["npm run preview -- --stack staging --expect-no-changes", SECOND_ENGINE, 'command("preview", ["--expect-no-changes"])'],
    ["npm run --silent preview -- --stack staging --json > preview.json", ENVIRONMENT, 'stack.command("preview", ["--json"])'],
    ["npm run preview -- --stack staging --summary summary.md", ENVIRONMENT, 'stack.command("preview", ["--summary", summary])'],
    ["node scripts/run.js preview-summary events.jsonl", "tests/unit/scripts/summary/command.test.ts", '["scripts/run.js", "preview-summary"'],
    ["export PULUMI_BACKEND_URL=s3://acme-pulumi-state", SECOND_ENGINE, "PULUMI_BACKEND_URL:"],
    ["export PULUMI_CONFIG_PASSPHRASE_FILE=~/.config/acme/staging-passphrase", PROGRAM, "PULUMI_CONFIG_PASSPHRASE_FILE:"],

    ["npm run pulumi -- stack init --stack staging", EXTERNAL, 'stack.pulumi("stack", "init")'],
    ["npm run pulumi -- stack output --json --stack staging", ENVIRONMENT, 'stack.pulumi("stack", "output", "--json"'],
    ["npm run pulumi -- stack output alertRules --stack k8s > traced-environment.rules.yml", "tests/faults/cluster/canary.test.ts", "outputs as unknown as { alertRules: string }"],
    ["npm run pulumi -- config set --stack staging --secret --path 'traced-environment:apps.shop.secretEnvironment.SECRET_KEY'", EXTERNAL, SET_SECRET],
    ["npm run pulumi -- config set --secret --path 'traced-environment:apps.shop.secretEnvironment.API_KEY'", EXTERNAL, SET_SECRET],
    ["npm run pulumi -- config set --stack staging --secret --path 'traced-environment:storage.external.writer.password'", EXTERNAL, SET_SECRET],
    ["npm run pulumi -- config set --stack staging --secret --path 'traced-environment:tracing.external.headers.x-api-key'", EXTERNAL, '"tracing.external.headers.x-api-key"'],
    ["npm run pulumi -- config set --secret --path 'traced-environment:ingress.tls.key' < key.pem", TLS, '"ingress.tls.key"'],
    ["npm run pulumi -- config set --secret --path 'traced-environment:ingress.jaegerUiRoute.users.ada'", TLS, '"ingress.jaegerUiRoute.users.ada"'],

    ["npm run backup -- --name before-upgrade", DATA, 'stack.command("backup", ["--name", "first"])'],
    ["npm run backup -- --list", DATA, 'stack.command("backup", ["--list"])'],
    ["npm run restore -- --name before-upgrade", DATA, 'stack.command("restore", ["--name", "first"])'],
    ["npm run backup -- --remove before-upgrade", DATA, 'stack.command("backup", ["--remove", "first"])'],
    ["docker logs traced-environment-dev-<environmentId>-main-retention", RETENTION, "logOf(await container())"],
    ["docker inspect --format '{{json .State.Health}}' traced-environment-dev-<environmentId>-main-retention", RETENTION, "healthOf(await container())"],
    ["docker ps --filter label=app.kubernetes.io/part-of=traced-environment-dev --filter label=traced-environment/environment-id=f2af6c", "tests/engine/support/stack.ts", 'docker("ps", "--all", "--quiet", "--no-trunc", ...this.filters)'],
    ["npm run engine -- stop", FAULTS, 'command("stop")'],
    ["npm run engine -- status", HERE, "TELLING"],
    ["npm run cluster -- status", HERE, "TELLING"],

    ["npm pack", TEMPLATE, README_TEMPLATE],
    [`pulumi new "$PWD/templates/docker-typescript" --dir ../first --generate-only --yes`, TEMPLATE, README_TEMPLATE],
    ["cd ../first", TEMPLATE, README_TEMPLATE],
    [`npm install "$OLDPWD/traced-environment-0.1.0.tgz"`, TEMPLATE, README_TEMPLATE],
    ["npm init -y", TEMPLATE, "GUIDE"],
    ["npm install ../traced-environment/traced-environment-0.1.0.tgz @pulumi/pulumi@3.246.0 @pulumi/docker@5.0.0 @pulumi/random@4.21.2", TEMPLATE, "GUIDE"],
    ["pulumi stack init dev", TEMPLATE, README_TEMPLATE],
    ["pulumi up --yes", TEMPLATE, README_TEMPLATE],
    ["pulumi preview --expect-no-changes", TEMPLATE, '"preview", "--expect-no-changes"'],
    ["pulumi preview --diff", PROGRAM, 'this.pulumi("preview"'],
    ["pulumi up", PROGRAM, 'this.pulumi("up", "--yes"'],
    ["pulumi config set environment acme/platform/production", EXTERNAL, "environment: `organization/traced-environment/"],
    ["pulumi config set image registry.example.org/shop:1.4.2", TEMPLATE, "pulumi config set ${key}"],
    ["pulumi config set --secret secretKey", PROGRAM, 'this.pulumi("config", "set", "--secret", key, value)'],
];

const RUNS_TESTS = "runs tests: the run that it would be in is such a one";
const CLUSTER_BY_FUNCTIONS = "other tests are in that cluster; `npm test` starts and stops it by the same functions";
const MEASURES = "measures for an hour, and no figure makes it fail; tests/unit/bench has its parts";
const BUILT = "the base image is not to be had everywhere; the toolchain builds the images from these folders";
const NO_KUBECTL = "nothing here needs kubectl, and the tests' machine has none; verify forwards to the same ports";

/** What is not run in tests, and why. The options of those that are commands of this package are read by them all the same. */
export const NOT_RUN: Readonly<Record<string, string>> = {
    // What would end or change the run that it is part of.
    "npm test -- --unit": RUNS_TESTS,
    "npm test -- --engine": RUNS_TESTS,
    "npm test -- --cluster": RUNS_TESTS,
    "npm test -- --only verify": RUNS_TESTS,
    "UPDATE_GOLDEN=1 npm test -- --unit": `${RUNS_TESTS}; it would write the golden files that they are held to`,
    "pulumi config set --path images.registry mirror.example.org":
        "there is no such mirror; the library's test sets the same record as a whole",
    "pulumi config set --path images.elasticsearch.version 8.19.0": "that image can't be pulled; the same",
    "pulumi package add ../traced-environment/components":
        "it needs language hosts that generate code; the test of the languages makes the same SDKs by the same generators",
    "npm run cluster -- start": CLUSTER_BY_FUNCTIONS,
    "npm run cluster -- stop": CLUSTER_BY_FUNCTIONS,
    "npm run cluster -- stop --wipe": "would remove the cluster that other tests are in, with all that it holds",
    // What takes an hour or more, and makes no claim but figures.
    "npm run bench": MEASURES,
    "npm run bench -- --only spans,requests --rounds 3": MEASURES,
    "npm run bench -- --platform kubernetes": MEASURES,
    "npm run bench -- --write": MEASURES,
    // What needs a program or a machine that the tests don't have.
    "docker build -t traced-environment/python-opentelemetry:1 components/app/presets/python-opentelemetry": BUILT,
    "docker build -t traced-environment/django-shop:1 --build-arg REGISTRY= examples/django-shop": BUILT,
    "kubectl --kubeconfig ~/.local/state/traced-environment/cluster/kubeconfig get pods --all-namespaces": NO_KUBECTL,
    "kubectl --namespace <namespace> port-forward deployment/<ingress> 16686:8686": NO_KUBECTL,
    "kubectl --namespace <namespace> port-forward service/<query> 16686:16686": NO_KUBECTL,
    "ssh -L 16686:127.0.0.1:16686 deploy@shop.example.org": "stays open for people; `verify` makes such a tunnel by ssh in the test of a second engine",
    "htpasswd -nB -C 12 ada": "asks for a password, and is Apache's; the tests have a hash of the same form",
    "npm run pulumi -- config set --path 'traced-environment:ingress.tls.certificate' < chain.pem": "the test of TLS writes the certificate, which is no secret, into the settings file",
};

/** The commands in a page's blocks of shell, one a line, with what goes on in the next line. */
export function commandsOf(page: string): string[] {
    return code(page, "sh").flatMap((block) =>
        block
            .replace(/ *\\\n */g, " ")
            .split("\n")
            .map((line) => line.trim())
            .filter((line) => line !== "" && !line.startsWith("#")),
    );
}

/** What is wrong with the tables, given the commands that the pages show. */
export function tableProblems(
    shown: readonly string[],
    run: readonly Run[],
    notRun: Readonly<Record<string, string>>,
): string[] {
    const listed = [...run.map(([command]) => command), ...Object.keys(notRun)];
    const contains = (file: string, text: string) =>
        fs.existsSync(path.join(ROOT, file)) && fs.readFileSync(path.join(ROOT, file), "utf8").includes(text);
    return [
        ...[...new Set(shown)].filter((command) => !listed.includes(command)).map((command) => `in no table: ${command}`),
        ...listed.filter((command) => !shown.includes(command)).map((command) => `on no page: ${command}`),
        ...listed.filter((command, index) => listed.indexOf(command) !== index).map((command) => `twice: ${command}`),
        ...run.filter(([, file, text]) => !contains(file, text)).map(([command, file]) => `not run by ${file}: ${command}`),
        ...Object.entries(notRun)
            .filter(([, reason]) => reason.trim() === "")
            .map(([command]) => `without a reason: ${command}`),
    ];
}

/** A command of this package: its name, and the words that it is given. */
export function ownCommand(command: string): { name: string; words: string[] } | undefined {
    const [, name = "test", given = ""] = /^(?:\w+=\S+ )?npm (?:run (?:--silent )?([a-z]+)|test)(?: -- (.*))?$/.exec(command) ?? [];
    return /^(?:\w+=\S+ )?npm (run|test)/.test(command) ? { name, words: shellWords(given) } : undefined;
}

/** The words as a shell reads them, without what leads to files. */
function shellWords(text: string): string[] {
    return [...text.replace(/ [<>] .*$/, "").matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
}
