// Health checks as commands that run inside the container, by what the image has on board.
import * as docker from "@pulumi/docker";

import { goDuration } from "../../support/units";
import { HttpClient, Probe } from "../workload";

/**
 * Asks by Python, for images of Python apps; any answer below 400 is healthy.
 * Run isolated (`-I -S`), so that an instrumentation in the environment is not started for every check.
 */
const PYTHON_PROBE =
    "import http.client,sys;" +
    "c=http.client.HTTPConnection('127.0.0.1',int(sys.argv[1]),timeout=float(sys.argv[4]));" +
    "c.request('GET',sys.argv[2],headers={'Host':sys.argv[3]});" +
    "sys.exit(c.getresponse().status>=400)";

/** The engine's form of a check's command. */
export function probeCommand(probe: Probe, client: HttpClient): string[] {
    if (probe.command) {
        return ["CMD", ...probe.command];
    }
    if (!probe.http) {
        throw new Error("a probe needs either `http` or `command`");
    }
    const { port, path, host = "127.0.0.1" } = probe.http;
    switch (client) {
        case "wget":
            return [
                "CMD",
                "wget",
                "-q",
                "-O",
                "/dev/null",
                "--header",
                `Host: ${host}`,
                `http://127.0.0.1:${port}${path}`,
            ];
        case "python":
            return [
                "CMD",
                "python3",
                "-I",
                "-S",
                "-c",
                PYTHON_PROBE,
                String(port),
                path,
                host,
                String(probe.timeout),
            ];
        case "none":
            throw new Error("an HTTP probe needs an image that has an HTTP client; give a command instead");
    }
}

/** A probe as the container's health check. */
export function healthcheck(probe: Probe, client: HttpClient): docker.types.input.ContainerHealthcheck {
    return {
        tests: probeCommand(probe, client),
        interval: goDuration(probe.interval),
        timeout: goDuration(probe.timeout),
        retries: probe.retries,
        startPeriod: goDuration(probe.startPeriod),
    };
}
