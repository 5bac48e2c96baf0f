// Health checks as commands inside the container; the one for Python images is run against a real server.
import { spawn } from "node:child_process";
import * as http from "node:http";
import { AddressInfo } from "node:net";

import { healthcheck, probeCommand } from "../../../../../components/platform/docker/probe";
import { HttpClient, Probe } from "../../../../../components/platform";

const TIMES = { interval: 3, timeout: 5, retries: 4, startPeriod: 60 };
const HTTP: Probe = { ...TIMES, http: { port: 8000, path: "/health" } };

describe("the command of a check", () => {
    test.each<[string, Probe, HttpClient, string[]]>([
        [
            "a command, whatever the image has",
            { ...TIMES, command: ["traefik", "healthcheck"] },
            "none",
            ["CMD", "traefik", "healthcheck"],
        ],
        [
            "wget",
            HTTP,
            "wget",
            [
                "CMD",
                "wget",
                "-q",
                "-O",
                "/dev/null",
                "--header",
                "Host: 127.0.0.1",
                "http://127.0.0.1:8000/health",
            ],
        ],
        [
            "wget with the route's host",
            { ...TIMES, http: { port: 80, path: "/", host: "shop.example.org" } },
            "wget",
            [
                "CMD",
                "wget",
                "-q",
                "-O",
                "/dev/null",
                "--header",
                "Host: shop.example.org",
                "http://127.0.0.1:80/",
            ],
        ],
        [
            "Python",
            HTTP,
            "python",
            ["CMD", "python3", "-I", "-S", "-c", expect.any(String), "8000", "/health", "127.0.0.1", "5"],
        ],
    ])("by %s", (_, probe, client, command) => {
        expect(probeCommand(probe, client)).toEqual(command);
    });

    test("is refused when the image has no HTTP client", () => {
        expect(() => probeCommand(HTTP, "none")).toThrow(
            /needs an image that has an HTTP client; give a command instead/,
        );
    });

    test("is refused when there is nothing to ask", () => {
        expect(() => probeCommand(TIMES, "wget")).toThrow(/needs either `http` or `command`/);
    });
});

test("a check is written in the engine's notation, so that reading it back shows no change", () => {
    expect(healthcheck({ ...TIMES, command: ["true"] }, "none")).toEqual({
        tests: ["CMD", "true"],
        interval: "3s",
        timeout: "5s",
        retries: 4,
        startPeriod: "1m0s",
    });
});

describe("the check of Python images", () => {
    const requests: http.IncomingMessage[] = [];
    let status = 200;
    const server = http.createServer((request, response) => {
        requests.push(request);
        response.writeHead(status, { location: "/elsewhere" }).end("answer");
    });
    beforeAll(() => new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve)));
    afterAll(() => new Promise((resolve) => server.close(resolve)));
    beforeEach(() => (requests.length = 0));

    /** Runs the check; not synchronously, because this process is the server. */
    function check(port: number, host?: string): Promise<number | null> {
        const [, program, ...rest] = probeCommand(
            { ...TIMES, http: { port, path: "/health?deep=1", host } },
            "python",
        );
        return new Promise((resolve, reject) => {
            const child = spawn(program, rest, { stdio: "ignore" });
            child.once("error", reject).once("exit", resolve);
        });
    }

    test.each([
        [200, 0],
        [204, 0],
        [302, 0],
        [399, 0],
        [400, 1],
        [404, 1],
        [500, 1],
        [503, 1],
    ])("of an answer %i ends with %i", async (answer, exitCode) => {
        status = answer;
        expect(await check((server.address() as AddressInfo).port)).toBe(exitCode);
        expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual(["GET /health?deep=1"]);
    });

    test("names the route's host, because Django refuses others", async () => {
        status = 200;
        await check((server.address() as AddressInfo).port, "shop.example.org");
        expect(requests[0].headers.host).toBe("shop.example.org");
    });

    test("fails when nobody listens", async () => {
        expect(await check(1)).toBe(1);
    });
});
