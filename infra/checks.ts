// How settings fit together across the whole environment (pure): what no single value can tell.
import { canaryProblems } from "../components/environment/canaryChecks";
import { externalProblems } from "../components/environment/externalChecks";
import { neighbourProblems } from "../components/environment/neighbours";
import { OLDEST_TRAEFIK } from "../components/ingress/configuration";
import { OLDEST_VERSION } from "../components/storage/configuration";
import { atLeast, resolveImage } from "../components/support/versions";
import { combinationProblems } from "../components/tracing/configuration";
import { appProblems } from "./appChecks";
import { AppDraft, Draft, Finding, Given, pathParts } from "./draft";
import { ingressProblems } from "./ingressChecks";
import { platformProblems } from "./platformChecks";

/** Everything that does not fit. */
export function combinedProblems(draft: Draft, given: Given): Finding[] {
    const apps = Object.entries(draft.apps ?? {}).map(([name, app]): [string, AppDraft] => [name, app ?? {}]);
    return [
        ...platformProblems(draft),
        ...imageProblems(draft, given),
        ...partsThatExist(draft),
        ...canaryProblems(draft.canary, draft.apps ?? {}).map(({ path, reason }) => ({ path: pathParts(path), reason })),
        ...ingressProblems(draft, given),
        ...apps.flatMap(([name, app]) => appProblems(name, app, Object.keys(draft.databases ?? {}), given)),
        ...neighbourProblems(draft.apps ?? {}, draft.ingress?.jaegerUiRoute?.host),
    ];
}

/** Versions that the parts know, and that know one another. */
function imageProblems(draft: Draft, given: Given): Finding[] {
    const { elasticsearch, jaeger, traefik, postgres } = draft.images ?? {};
    const findings: Finding[] = [];
    const refuse = (part: string, reason: string) =>
        findings.push({ path: ["images", part, "version"], reason });
    const isBetween = (
        part: string,
        version: string | undefined,
        oldest: string,
        below: string,
        expected: string,
    ) => {
        const holds = version === undefined || (atLeast(version, oldest) && !atLeast(version, below));
        if (!holds) {
            refuse(part, given(version, ["images", part, "version"]) + expected);
        }
        return holds;
    };
    isBetween(
        "traefik",
        traefik?.version,
        OLDEST_TRAEFIK,
        "4",
        `expected a version from ${OLDEST_TRAEFIK} to 3.x; older ones ignore the caller's sampling decision`,
    );
    isBetween(
        "postgres",
        postgres?.version,
        "12",
        "18",
        "expected a version from 12 to 17; later ones keep their data elsewhere",
    );
    const expected = `expected a version from ${OLDEST_VERSION} to 9.x`;
    const known = isBetween("elasticsearch", elasticsearch?.version, OLDEST_VERSION, "10", expected);
    if (known && draft.storage?.external === undefined && draft.tracing?.external === undefined) {
        const version = resolveImage("elasticsearch", elasticsearch).version;
        const problems = combinationProblems(
            resolveImage("jaeger", jaeger).version,
            "elasticsearch",
            version,
        );
        problems.forEach(({ path, reason }) =>
            refuse(path === "version" ? "jaeger" : "elasticsearch", reason),
        );
    }
    for (const [part, choice] of Object.entries({ elasticsearch, jaeger, traefik })) {
        if (choice?.image !== undefined && choice.version === undefined) {
            refuse(part, "missing; with `image` give its version too: the configuration is made for it");
        }
    }
    return findings;
}

/** What does not fit with parts that exist already, as the components check it too. */
function partsThatExist(draft: Draft): Finding[] {
    const jaegerVersion = resolveImage("jaeger", draft.images?.jaeger).version;
    return externalProblems({ ...draft, jaegerVersion }).map(({ path, reason }) => ({
        path: pathParts(path),
        reason,
    }));
}
