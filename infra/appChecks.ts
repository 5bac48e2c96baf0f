// How the settings of one app fit together (pure).
import { TAKEN_BY_THE_APP } from "../components/app/checks";
import { AppDraft, Finding, Given, Path } from "./draft";

/** The variable that carries a database's address. */
export const DATABASE_VARIABLE = "DATABASE_URL";

/** Everything that does not fit in an app. */
export function appProblems(
    name: string,
    app: AppDraft,
    databases: readonly string[],
    given: Given,
): Finding[] {
    const at = (...path: Path): Path => ["apps", name, ...path];
    return [
        ...imageProblems(app),
        ...presetProblems(app),
        ...databaseProblems(app, databases, (value) => given(value, at("database"))),
        ...variableProblems(app),
        ...taskProblems(app),
    ].map(({ path, reason }) => ({ path: at(...path), reason }));
}

function imageProblems({ image, build }: AppDraft): Finding[] {
    if (image !== undefined) {
        return build === undefined
            ? []
            : [{ path: ["build"], reason: "given besides `image`; give one of them" }];
    }
    const reason =
        build === undefined
            ? "missing; give the image's reference, or a folder with a Dockerfile as `build`"
            : "missing; `build` is done by `npm run up`, which then passes the image. With plain pulumi give `image` " +
              "instead of `build`";
    return [{ path: ["image"], reason }];
}

function presetProblems({ preset, django }: AppDraft): Finding[] {
    if (preset !== "django") {
        const reason = "given without `preset: django`; set the preset, or leave it out";
        return django === undefined ? [] : [{ path: ["django"], reason }];
    }
    const reason =
        'missing; give the settings module such as "shop.settings": without it the instrumentation starts Django with ' +
        "empty settings";
    return django?.settingsModule === undefined ? [{ path: ["django", "settingsModule"], reason }] : [];
}

function databaseProblems(
    { database }: AppDraft,
    databases: readonly string[],
    given: (value: unknown) => string,
): Finding[] {
    if (database === undefined || databases.includes(database)) {
        return [];
    }
    const known =
        databases.length > 0
            ? `expected one of \`databases\`: ${[...databases].sort().join(", ")}`
            : "but there are no `databases`; add it there, or leave it out";
    return [{ path: ["database"], reason: given(database) + known }];
}

/** Each variable has one source, and the app's command is known when one of them is secret. */
function variableProblems(app: AppDraft): Finding[] {
    const sources: { path: Path; variable: string | undefined }[] = [
        ...Object.keys(app.environment ?? {}).map((variable) => ({
            path: ["environment", variable],
            variable,
        })),
        ...Object.keys(app.secretEnvironment ?? {}).map((variable) => ({
            path: ["secretEnvironment", variable],
            variable,
        })),
        ...(app.generateSecrets ?? []).map((variable, index) => ({
            path: ["generateSecrets", index],
            variable,
        })),
        ...(app.database === undefined ? [] : [{ path: ["database"], variable: DATABASE_VARIABLE }]),
    ];
    const findings = sources.flatMap(({ path, variable }, index): Finding[] => {
        const first = sources.findIndex((source) => source.variable === variable);
        return variable === undefined || first === index
            ? []
            : [
                  {
                      path,
                      reason: `sets ${variable}, which \`${String(sources[first].path[0])}\` sets too; give it once`,
                  },
              ];
    });
    const secret = sources.map(({ path }) => String(path[0])).filter((source) => source !== "environment");
    if (secret.length > 0 && app.command === undefined) {
        findings.push({
            path: ["command"],
            reason:
                `missing; with secrets (here by ${[...new Set(secret)].join(", ")}) give the app's command, which is ` +
                "started once they are read",
        });
    }
    return findings;
}

function taskProblems({ tasks = [] }: AppDraft): Finding[] {
    const names = tasks.map((task) => task?.name);
    return names.flatMap((name, index): Finding[] => {
        const path = ["tasks", index, "name"];
        if (name === undefined) {
            return [];
        }
        if (TAKEN_BY_THE_APP.test(name)) {
            return [
                {
                    path,
                    reason: `"${name}" is the name of a resource of each app; give the task another name`,
                },
            ];
        }
        return names.indexOf(name) < index
            ? [{ path, reason: "stands twice; give each task a name of its own" }]
            : [];
    });
}
