// The language presets (data): what a language or framework needs to be traced without a change of its code.
import { HttpClient } from "../../platform";
import { OtlpProtocol, USER_PATH } from "../opentelemetry";

/** What a preset adds to an app. */
export interface Preset {
    protocol: OtlpProtocol;
    httpClient: HttpClient;
    /** Seconds that the app keeps an idle connection open, when the user does not say. */
    keepAlive: number;
    /** The variables that start the instrumentation and tell it about the app. */
    variables(app: PresetApp): Record<string, string>;
}

/** What a preset needs to know of the app. */
export interface PresetApp {
    settingsModule: string;
    /** Paths whose requests are not traced, such as health checks. */
    untracedPaths: readonly string[];
    /** Seconds that the app keeps an idle connection open. */
    keepAlive: number;
}

/** An app of which nothing is known but that it reads the environment. Five seconds is what Node.js and uvicorn keep. */
export const NONE: Preset = {
    protocol: "http/protobuf",
    httpClient: "wget",
    keepAlive: 5,
    variables: () => ({}),
};

/** Where the base layer of the Django preset (python-opentelemetry/Dockerfile) puts the instrumentation. */
const PYTHON_HOME = "/opt/opentelemetry/python";

/** A path as a regular expression that finds it as the whole path of a URL without query. */
function urlPattern(path: string): string {
    return `//[^/]+${path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`;
}

/**
 * Django on any WSGI server.
 * The interpreter finds `sitecustomize` in the first folder of its path and starts the instrumentation before the app;
 * it needs the settings module in the environment, because it runs before `wsgi.py` and `manage.py`.
 */
export const DJANGO: Preset = {
    protocol: "http/protobuf",
    httpClient: "python",
    keepAlive: 75,
    variables: ({ settingsModule, untracedPaths, keepAlive }) => ({
        DJANGO_SETTINGS_MODULE: settingsModule,
        // Its own two seconds are shorter than any proxy keeps a connection; other servers don't read this.
        GUNICORN_CMD_ARGS: `--keep-alive=${keepAlive}`,
        // Forked workers would get a random instance id each; the base layer's detector keeps the environment's.
        OTEL_EXPERIMENTAL_RESOURCE_DETECTORS: "environment_after_fork",
        OTEL_PYTHON_DJANGO_EXCLUDED_URLS: untracedPaths.map(urlPattern).join(","),
        // The names of attributes that Traefik uses too.
        OTEL_SEMCONV_STABILITY_OPT_IN: "http,database",
        PYTHONPATH: [
            `${PYTHON_HOME}/opentelemetry/instrumentation/auto_instrumentation`,
            USER_PATH,
            PYTHON_HOME,
        ].join(":"),
    }),
};
