// How the settings of the ingress fit together (pure).
import { forwardAuthProblem } from "../components/ingress/authentication";
import { tlsProblems } from "../components/ingress/checks";
import { Draft, Finding, Given, Path } from "./draft";
import { DEFAULTS } from "./settings";

type IngressDraft = NonNullable<Draft["ingress"]>;

/** Everything that does not fit in the ingress. */
export function ingressProblems({ ingress = {}, tracing }: Draft, given: Given): Finding[] {
    const below: Finding[] = [
        ...portProblems(ingress, tracing?.external === undefined, given),
        ...(ingress.tls ? certificateProblems(ingress.tls) : []),
        ...(ingress.jaegerUiRoute ? uiRouteProblems(ingress.jaegerUiRoute) : []),
    ];
    return below.map(({ path, reason }) => ({ path: ["ingress", ...path], reason }));
}

/** Each port is published once. What is said is said of a port that the settings name, not of a default. */
function portProblems(ingress: IngressDraft, hasJaegerUi: boolean, given: Given): Finding[] {
    const ports: { path: Path; value?: number; fallback: number; owner: string }[] = [
        { path: ["port"], value: ingress.port, fallback: DEFAULTS.port, owner: "the ingress itself" },
        ...(ingress.tls
            ? [
                  {
                      path: ["tls", "port"],
                      value: ingress.tls.port,
                      fallback: DEFAULTS.tlsPort,
                      owner: "the ingress with TLS",
                  },
              ]
            : []),
        ...(hasJaegerUi
            ? [
                  {
                      path: ["jaegerUiPort"],
                      value: ingress.jaegerUiPort,
                      fallback: DEFAULTS.jaegerUiPort,
                      owner: "Jaeger's UI",
                  },
              ]
            : []),
    ];
    return ports.flatMap((port, index) =>
        ports.slice(0, index).flatMap((first): Finding[] => {
            if ((port.value ?? port.fallback) !== (first.value ?? first.fallback)) {
                return [];
            }
            const [named, other] = port.value === undefined ? [first, port] : [port, first];
            const got = given(named.value, ["ingress", ...named.path]);
            return [{ path: named.path, reason: `${got}the port of ${other.owner}; give another one` }];
        }),
    );
}

/** A certificate and its key are right, belong together, and are both there or none. */
function certificateProblems({ certificate, key }: NonNullable<IngressDraft["tls"]>): Finding[] {
    if ((certificate === undefined) !== (key === undefined)) {
        const [missing, present] = key === undefined ? ["key", "certificate"] : ["certificate", "key"];
        const reason = `missing; give it with the ${present}, or leave out both for a self-signed one`;
        return [{ path: ["tls", missing], reason }];
    }
    return tlsProblems(certificate, key).map(({ path, reason }) => ({ path: path.split("."), reason }));
}

/** The route to Jaeger's UI has a login. */
function uiRouteProblems({ users, forwardAuth }: NonNullable<IngressDraft["jaegerUiRoute"]>): Finding[] {
    const findings: Finding[] = [];
    const refuse = (reason: string | undefined, ...path: Path) => {
        if (reason !== undefined) {
            findings.push({ path: ["jaegerUiRoute", ...path], reason });
        }
    };
    if (users === undefined && forwardAuth === undefined) {
        refuse(
            "has no authentication, and Jaeger has none of its own; give `users` with the hashes of their passwords, or " +
                "`forwardAuth`",
        );
    }
    if (users !== undefined && forwardAuth !== undefined) {
        refuse("given besides `users`; give one of them", "forwardAuth");
    }
    if (users !== undefined && Object.keys(users).length === 0) {
        refuse("empty: nobody could look; give at least one user with the hash of a password", "users");
    }
    // Not shown: it may have a login in it.
    refuse(forwardAuth === undefined ? undefined : forwardAuthProblem(forwardAuth), "forwardAuth");
    return findings;
}
