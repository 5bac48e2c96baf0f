// The checks of a TracedApp's arguments, and the defaults of what is not given.
import { hostProblem, pathProblem } from "../ingress/configuration";
import { checkMemory } from "../support/checks";
import { maxReplicasProblems, placeProblems } from "../platform";
import { Problem, Problems, shown } from "../support/errors";
import { referenceProblem } from "../support/references";
import { AppPreset, TracedAppArgs } from "./arguments";
import { otlpDelivery } from "./otlp";
import { DJANGO, NONE } from "./presets";

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/;
/** What the app's own resources are called after its name: no task can have such a name. */
export const TAKEN_BY_THE_APP = /^(\d+|image|route|egress|environment(-.*)?|otlp(-.*)?|account|policy|call-\d+|service|budget|autoscaler)$/;

/** The plain arguments with their defaults, checked. */
export function normalize(name: string, args: TracedAppArgs, placing: readonly Problem[]) {
    const problems = new Problems();
    problems.add(placing);
    const memory = checkMemory(problems, args.memory, {
        fallback: "256MiB",
        least: "32MiB",
        example: "256MiB",
    });
    const port = args.port ?? 8000;
    problems.expect(
        Number.isInteger(port) && port >= 1 && port <= 65535,
        "port",
        () => `got ${shown(port)}, expected a port from 1 to 65535`,
    );
    const readyTimeout = args.readyTimeout ?? 120;
    problems.expect(
        Number.isInteger(readyTimeout) && readyTimeout >= 5 && readyTimeout <= 3600,
        "readyTimeout",
        () => `got ${shown(readyTimeout)}, expected whole seconds from 5 to 3600`,
    );
    const replicas = args.replicas ?? 1;
    problems.expect(
        Number.isInteger(replicas) && replicas >= 1 && replicas <= 50,
        "replicas",
        () => `got ${shown(replicas)}, expected a whole number from 1 to 50`,
    );
    problems.add(maxReplicasProblems(replicas, args.kubernetes?.maxReplicas));
    problems.add(placeProblems(args));
    const { sampleRate } = args;
    problems.expect(
        sampleRate === undefined || (sampleRate >= 0 && sampleRate <= 1),
        "sampleRate",
        () => `got ${shown(sampleRate)}, expected a share from 0 (none) to 1 (all)`,
    );
    const userId = args.userId ?? 10001;
    problems.expect(
        Number.isInteger(userId) && userId > 0,
        "userId",
        () => `got ${shown(userId)}, expected a user id above 0: nothing runs as root`,
    );
    const healthPath = args.healthPath ?? "/health";
    const healthProblem = pathProblem(healthPath);
    problems.expect(
        healthProblem === undefined,
        "healthPath",
        () => `got ${shown(healthPath)}, ${healthProblem}`,
    );
    problems.expect(
        args.image !== undefined && args.image !== "",
        "image",
        "missing; give the image's reference",
    );
    // One that is known later is the engine's to refuse.
    const imageProblem = typeof args.image === "string" && args.image !== "" ? referenceProblem(args.image) : undefined;
    problems.expect(imageProblem === undefined, "image", () => `got ${shown(args.image)}, ${imageProblem}`);
    problems.expect(
        args.otlp !== undefined,
        "otlp",
        "missing; give a JaegerCollector's `endpoint` or your own",
    );
    const secretNames = Object.keys(args.secretEnvironment ?? {}).sort();
    for (const variable of [...Object.keys(args.environment ?? {}), ...secretNames]) {
        problems.expect(
            VARIABLE.test(variable),
            `environment.${variable}`,
            "not a name of a variable; expected letters, digits and _, not starting with a digit",
        );
    }
    for (const variable of secretNames) {
        problems.expect(
            args.environment?.[variable] === undefined,
            `secretEnvironment.${variable}`,
            "set in `environment` too; give it once",
        );
    }
    const delivery = otlpDelivery(args);
    problems.expect(
        !delivery.headers || secretNames.length > 0 || (args.command?.length ?? 0) > 0,
        "command",
        "missing; with `headers` of the OTLP endpoint give the app's command, which is started once they are read",
    );
    problems.expect(
        secretNames.length === 0 || (args.command?.length ?? 0) > 0,
        "command",
        "missing; with `secretEnvironment` give the app's command, which is started once the secrets are read",
    );
    if (args.route) {
        const { host, pathPrefix } = args.route;
        const hostReason = host === undefined ? undefined : hostProblem(host);
        problems.expect(hostReason === undefined, "route.host", () => `got ${shown(host)}, ${hostReason}`);
        const pathReason = pathPrefix === undefined ? undefined : pathProblem(pathPrefix);
        problems.expect(
            pathReason === undefined,
            "route.pathPrefix",
            () => `got ${shown(pathPrefix)}, ${pathReason}`,
        );
        const { keepAlive } = args.route;
        problems.expect(
            keepAlive === undefined || (Number.isInteger(keepAlive) && keepAlive >= 2 && keepAlive <= 3600),
            "route.keepAlive",
            () => `got ${shown(keepAlive)}, expected a whole number of seconds from 2 to 3600`,
        );
        problems.expect(
            args.ingress !== undefined,
            "ingress",
            "missing; with `route` give the ingress that it is declared at, e.g. a TraefikIngress's `endpoint`",
        );
    }
    const taskNames = new Set<string>();
    const tasks = (args.tasks ?? []).map((task) => ({ ...task, timeout: task.timeout ?? 600 }));
    for (const [index, task] of tasks.entries()) {
        problems.expect(
            LABEL.test(task.name ?? ""),
            `tasks[${index}].name`,
            () => `got ${shown(task.name)}, expected lower-case letters, digits and -, at most 32`,
        );
        problems.expect(
            !TAKEN_BY_THE_APP.test(task.name ?? ""),
            `tasks[${index}].name`,
            () => `got ${shown(task.name)}, which the app's own resources are called; give another one`,
        );
        problems.expect(
            !taskNames.has(task.name),
            `tasks[${index}].name`,
            () => `${shown(task.name)} stands twice`,
        );
        taskNames.add(task.name);
        problems.expect(
            (task.command ?? []).length > 0,
            `tasks[${index}].command`,
            "empty; give the program to run",
        );
        problems.expect(
            Number.isInteger(task.timeout) && task.timeout >= 5 && task.timeout <= 86400,
            `tasks[${index}].timeout`,
            () => `got ${shown(task.timeout)}, expected whole seconds from 5 to 86400`,
        );
    }
    const preset = normalizePreset(args, healthPath, problems);
    problems.throwIfAny("TracedApp", name);
    return { memory, port, readyTimeout, replicas, userId, healthPath, secretNames, delivery, tasks, ...preset };
}

/** The preset and its variables. */
function normalizePreset(args: TracedAppArgs, healthPath: string, problems: Problems) {
    if (args.preset !== AppPreset.Django) {
        problems.expect(
            args.django === undefined,
            "django",
            'given without `preset: "django"`; set the preset or leave it out',
        );
        return {
            protocol: NONE.protocol,
            httpClient: NONE.httpClient,
            keepAlive: args.route?.keepAlive ?? NONE.keepAlive,
            presetVariables: {},
            taskVariables: {},
        };
    }
    const keepAlive = args.route?.keepAlive ?? DJANGO.keepAlive;
    const settingsModule = args.django?.settingsModule;
    problems.expect(
        settingsModule !== undefined && /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(settingsModule),
        "django.settingsModule",
        () =>
            `got ${shown(settingsModule)}, expected the settings module such as "shop.settings": without it the ` +
            "instrumentation starts Django with empty settings",
    );
    problems.expect(
        args.secretEnvironment?.PYTHONPATH === undefined,
        "secretEnvironment.PYTHONPATH",
        "the preset puts the instrumentation's folders in it; give yours in `environment`",
    );
    problems.expect(
        !healthPath.includes(","),
        "healthPath",
        () =>
            `got ${shown(healthPath)}, expected a path without commas: the instrumentation takes a list of paths`,
    );
    const presetVariables = DJANGO.variables({
        settingsModule: settingsModule ?? "",
        untracedPaths: [healthPath],
        keepAlive,
    });
    return {
        protocol: DJANGO.protocol,
        httpClient: DJANGO.httpClient,
        keepAlive,
        presetVariables,
        // A task is no request: it runs without the instrumentation.
        taskVariables: { DJANGO_SETTINGS_MODULE: presetVariables.DJANGO_SETTINGS_MODULE } as Record<
            string,
            string
        >,
    };
}
