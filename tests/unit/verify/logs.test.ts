// What logs say of the storage: lines that Jaeger 2.2.0 and Elasticsearch 8.8.2 wrote, told from the others.
import { callerComplaints, diskComplaints, loginComplaints } from "../../../scripts/verify/logs";

const REFUSED =
    "2026-11-25T10:43:59.437Z\terror\tconfig/config.go:255\tElasticsearch could not process bulk request\t" +
    '{"kind": "extension", "name": "jaeger_storage", "request_count": 2, "error": "elastic: Error 401 (Unauthorized): ' +
    'unable to authenticate user [jaeger-writer] for REST request [/_bulk] [type=security_exception]", "response": null}';
const NOT_STARTED =
    "2026-11-25T10:44:23.119Z\terror\textensions/extensions.go:55\tFailed to start extension\t" +
    '{"kind": "extension", "name": "jaeger_storage", "error": "failed to initialize storage \'primary\': failed to ' +
    'create primary Elasticsearch client: health check timeout: no Elasticsearch node available"}';

describe("the log of a role", () => {
    it("tells what it could not store, and that it could not start, from its other lines", () => {
        const log = [
            "info Elasticsearch detected version 8",
            REFUSED,
            "\tgithub.com/olivere/elastic@v6.2.37+incompatible/bulk_processor.go:588",
            "warn something unrelated",
            NOT_STARTED,
        ].join("\n");
        expect(callerComplaints(log)).toEqual([REFUSED, NOT_STARTED].map((line) => line.replace(/\t/g, " ")));
    });

    it("says once what it repeats", () => {
        const later = NOT_STARTED.replace("10:44:23.119Z", "10:44:31.004Z");
        expect(callerComplaints(`${NOT_STARTED}\n${later}`)).toEqual([later.replace(/\t/g, " ")]);
    });

    it("is told by its last lines, each once, shortened", () => {
        const lines = [1, 2, 3, 4].map((number) => `error Exporting failed ${number} ${"x".repeat(700)}`);
        const told = callerComplaints([...lines, lines[3]].join("\n"));
        expect(told.map((line) => line.slice(0, 24))).toEqual([2, 3, 4].map((number) => `error Exporting failed ${number}`));
        expect(new Set(told.map((line) => line.length))).toEqual(new Set([603]));
    });
});

describe("the storage's log", () => {
    const line = (message: string) =>
        `{"@timestamp":"2026-11-25T10:44:24.906Z", "log.level": "WARN", "message":"${message}", "ecs.version": "1.2.0"}`;
    const failed = (user: string) =>
        `Authentication to realm default_file failed - Password authentication failed for ${user}`;

    it.each([
        ["collector", "jaeger-writer"],
        ["query", "jaeger-reader"],
    ] as const)("tells that the login of the %s fails, not that of another", (caller, user) => {
        const log = ["jaeger-writer", "jaeger-reader", "jaeger-maintainer", "jaeger-writer"].map(failed).map(line);
        expect(loginComplaints(log.join("\n"), caller)).toEqual([failed(user)]);
    });

    it("tells of a full disk", () => {
        const full = "flood stage disk watermark [1gb] exceeded on [node], all indices on this node will be marked read-only";
        const setting = "updating [cluster.routing.allocation.disk.watermark.flood_stage] from [95%] to [1gb]";
        expect(diskComplaints([line(setting), line(full)].join("\n"))).toEqual([full]);
    });
});
