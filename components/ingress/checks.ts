// The checks of a TraefikIngress's arguments, and the defaults of what is not given.
import { isIP } from "net";

import * as pulumi from "@pulumi/pulumi";

import { hostAddressProblems, placeProblems, scaleProblems } from "../platform";
import { checkMemory } from "../support/checks";
import { Problem, Problems, shown } from "../support/errors";
import { atLeast, imageProblems, resolveImage } from "../support/versions";
import { IngressTlsArgs, JaegerUiRouteArgs, TraefikIngressArgs } from "./arguments";
import { forwardAuthProblem, hashProblem, userProblem } from "./authentication";
import { certificateProblem, certificateWarning, isForHost, keyProblem, pairProblem } from "./certificate";
import { hostProblem, OLDEST_TRAEFIK } from "./configuration";

/** A published port by the path of its argument. */
interface Published {
    path: string;
    port: number;
    /** What it is for, to say whose port another one has. */
    owner: string;
}

/** Each is a port, and nobody else's. */
function checkPorts(ports: readonly Published[], problems: Problems): void {
    for (const [index, { path, port }] of ports.entries()) {
        problems.expect(
            Number.isInteger(port) && port >= 1 && port <= 65535,
            path,
            () => `got ${shown(port)}, expected a port from 1 to 65535`,
        );
        const first = ports.slice(0, index).find((other) => other.port === port);
        problems.expect(
            first === undefined,
            path,
            () => `got ${shown(port)}, which is the port of ${first?.owner}; give another one`,
        );
    }
}

/** A text that is known now; one that is an output is looked at when it is known. */
function plain(value: pulumi.Input<string> | undefined): string | undefined {
    return typeof value === "string" ? value : undefined;
}

/** What is wrong with a certificate and its key, as far as they are known. */
export function tlsProblems(certificate: string | undefined, key: string | undefined): Problem[] {
    const wrong = (path: string, reason: string | undefined): Problem[] =>
        reason === undefined ? [] : [{ path: `tls.${path}`, reason }];
    const single = [
        ...wrong("certificate", certificate === undefined ? undefined : certificateProblem(certificate)),
        ...wrong("key", key === undefined ? undefined : keyProblem(key)),
    ];
    return single.length > 0 || certificate === undefined || key === undefined
        ? single
        : wrong("key", pairProblem(certificate, key));
}

function checkTls(tls: IngressTlsArgs, problems: Problems): void {
    problems.expect(
        tls.key !== undefined || tls.certificate === undefined,
        "tls.key",
        "missing; give the certificate's private key with it, or leave out both for a self-signed one",
    );
    problems.expect(
        tls.certificate !== undefined || tls.key === undefined,
        "tls.certificate",
        "missing; give the key's certificate with it, or leave out both for a self-signed one",
    );
    problems.add(tlsProblems(plain(tls.certificate), plain(tls.key)));
}

/** What is wrong with those who may look at traces, as far as they are known. */
export function userProblems(users: Readonly<Record<string, string | undefined>>): Problem[] {
    return Object.entries(users).flatMap(([name, hash]) => {
        const reason = userProblem(name) ?? (hash === undefined ? undefined : hashProblem(hash));
        return reason === undefined ? [] : [{ path: `jaegerUi.route.users.${name}`, reason }];
    });
}

/** What is wrong with the server that is asked, as far as it is known. */
export function forwardAuthProblems(address: string | undefined): Problem[] {
    const reason = address === undefined ? undefined : forwardAuthProblem(address);
    // Not shown: it may have a login in it.
    return reason === undefined ? [] : [{ path: "jaegerUi.route.forwardAuth", reason }];
}

function checkUiRoute({ host, users, forwardAuth }: JaegerUiRouteArgs, problems: Problems): void {
    const hostReason = host === undefined ? "expected a host of its own" : hostProblem(host);
    problems.expect(
        hostReason === undefined,
        "jaegerUi.route.host",
        () => `got ${shown(host)}, ${hostReason}`,
    );
    problems.expect(
        users !== undefined || forwardAuth !== undefined,
        "jaegerUi.route",
        "has no authentication, and Jaeger has none of its own; give `users` with the hashes of their passwords, or " +
            "`forwardAuth`",
    );
    problems.expect(
        users === undefined || forwardAuth === undefined,
        "jaegerUi.route.forwardAuth",
        "given besides `users`; give one of them",
    );
    problems.expect(
        users === undefined || Object.keys(users).length > 0,
        "jaegerUi.route.users",
        "empty: nobody could look; give at least one user with the hash of a password",
    );
    problems.add(
        userProblems(Object.fromEntries(Object.entries(users ?? {}).map(([name, hash]) => [name, plain(hash)]))),
    );
    problems.add(forwardAuthProblems(plain(forwardAuth)));
}

/** What an operator should know of hosts that a certificate is not made for, by their paths. */
export function hostWarnings(
    certificate: pulumi.Input<string> | undefined,
    hosts: Readonly<Record<string, string | undefined>>,
): string[] {
    const known = plain(certificate);
    if (known === undefined || certificateProblem(known) !== undefined) {
        return [];
    }
    return Object.entries(hosts).flatMap(([path, host]) =>
        host === undefined || isForHost(known, host)
            ? []
            : [`${path}: the certificate of the ingress is not made for ${shown(host)}: clients refuse it there.`],
    );
}

/** What an operator should know of good arguments. */
export function warningsOf(args: TraefikIngressArgs): string[] {
    const certificate = plain(args.tls?.certificate);
    const late = certificate === undefined ? undefined : certificateWarning(certificate);
    const address = args.address ?? "127.0.0.1";
    const inClear = args.tls === undefined && address !== "::1" && !address.startsWith("127.");
    return [
        ...(late === undefined ? [] : [`tls.certificate: ${late}.`]),
        ...(args.jaegerUi?.route && inClear
            ? [
                  `jaegerUi.route: logins travel in clear, for the ingress is published on ${address} without TLS; set ` +
                      "`tls`, unless something in front has it.",
              ]
            : []),
    ];
}

/** The plain arguments with their defaults, checked. */
export function normalize(name: string, args: TraefikIngressArgs, placing: readonly Problem[]) {
    const problems = new Problems();
    problems.add(placing);
    const memory = checkMemory(problems, args.memory, {
        fallback: "128MiB",
        least: "64MiB",
        example: "256MiB",
    });
    const { reference, version } = resolveImage("traefik", args, args.registry);
    problems.expect(
        atLeast(version, OLDEST_TRAEFIK) && !atLeast(version, "4.0.0"),
        "version",
        () =>
            `got ${shown(version)}, expected a version from ${OLDEST_TRAEFIK} to 3.x; older ones ignore the caller's ` +
            "sampling decision",
    );
    const address = args.address ?? "127.0.0.1";
    problems.expect(
        isIP(address) !== 0,
        "address",
        () => `got ${shown(address)}, expected an IP address of the host`,
    );
    const port = args.port ?? 8080;
    const tlsPort = args.tls ? (args.tls.port ?? 8443) : undefined;
    const uiPort = args.jaegerUi?.port ?? 16686;
    checkPorts(
        [
            { path: "port", port, owner: "the ingress itself" },
            ...(tlsPort === undefined ? [] : [{ path: "tls.port", port: tlsPort, owner: "the ingress with TLS" }]),
            ...(args.jaegerUi ? [{ path: "jaegerUi.port", port: uiPort, owner: "Jaeger's UI" }] : []),
        ],
        problems,
    );
    if (args.tls) {
        checkTls(args.tls, problems);
    }
    if (args.jaegerUi?.route) {
        checkUiRoute(args.jaegerUi.route, problems);
    }
    const sampleRate = args.sampleRate ?? 1;
    problems.expect(
        sampleRate >= 0 && sampleRate <= 1,
        "sampleRate",
        () => `got ${shown(sampleRate)}, expected a share from 0 (none) to 1 (all)`,
    );
    problems.expect(
        args.otlp !== undefined,
        "otlp",
        "missing; give a JaegerCollector's `endpoint` or your own",
    );
    problems.add(imageProblems(args));
    problems.add(placeProblems(args));
    problems.add(hostAddressProblems(args.platform, args.address));
    const { maxReplicas } = args.kubernetes ?? {};
    problems.add(scaleProblems(args.platform, { replicas: args.replicas, maxReplicas }));
    problems.throwIfAny("TraefikIngress", name);
    return {
        memory,
        image: reference,
        version,
        port,
        tlsPort,
        uiPort,
        sampleRate,
        address,
    };
}
