// Database: one PostgreSQL node beside the apps, for stacks that bring no database of their own.
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { CHECK_INTERVAL, KubernetesPlace, PlatformKind, platformOf, Reach, reachOf } from "../components/platform";
import { parseMebibytes } from "../components/support/units";
import { resolveImage } from "../components/support/versions";

/** The arguments of {@link Database}; the settings' schema has checked them. */
export interface DatabaseArgs {
    /** Where it runs. */
    platform: PlatformKind;
    /** Tells two clones of the same project and stack apart on one host. */
    environmentId?: string;
    /** The name of the database and of its one user. */
    database: string;
    /** PostgreSQL's version. */
    version?: string;
    /** A whole image reference, when it is not the vendor's of that version. */
    image?: string;
    /** The registry that mirrors the vendors' registries. */
    registry?: string;
    /** The memory limit. @default 256MiB */
    memory?: string;
    /** Whether the data stay when the stack is destroyed; the next `up` finds them again. @default false */
    keepData?: boolean;
    /** Kubernetes: where and how it runs. */
    kubernetes?: KubernetesPlace;
    /** Kubernetes: the size of its volume. @default 1GiB */
    size?: string;
}

const PORT = 5432;
const SECRETS = "/run/secrets/postgres";
const DATA = "/var/lib/postgresql/data";

/** Fails when the data are those of another major version than the image's. */
export const CHECK_DATA = [
    'file="$1/PG_VERSION"',
    '[ -s "$file" ] || { echo "There are no data yet."; exit 0; }',
    'written="$(cat "$file")"',
    `image="$(postgres --version | sed 's/[^0-9]*\\([0-9]*\\).*/\\1/')"`,
    'echo "The data were written by PostgreSQL $written."',
    '[ "$written" = "$image" ] && exit 0',
    'echo "PostgreSQL $image can\'t open them. Set its version to $written; or dump the database (pg_dump), run"',
    'echo "npm run down without keepData, and load the dump into the new version (psql)."',
    "exit 1",
].join("\n");

/**
 * Starts the server by the image's own entrypoint, which sets a password only for new data. Data that are there get
 * the present one first, in single-user mode: a former stack had another.
 */
export const START = [
    'if [ -s "$PGDATA/PG_VERSION" ]; then',
    `  printf "ALTER ROLE \\"%s\\" PASSWORD '%s';\\n" "$POSTGRES_USER" "$(cat "$POSTGRES_PASSWORD_FILE")" |`,
    '    postgres --single -c log_min_error_statement=panic -D "$PGDATA" "$POSTGRES_DB" >/dev/null || exit 1',
    "fi",
    'exec docker-entrypoint.sh postgres "$@"',
].join("\n");

/** A quarter of the memory for PostgreSQL's own cache, as its documentation advises, and few connections. */
export function serverOptions(mebibytes: number): string[] {
    const options = {
        listen_addresses: "*",
        max_connections: "50",
        shared_buffers: `${Math.floor(mebibytes / 4)}MB`,
        work_mem: "4MB",
        maintenance_work_mem: "32MB",
    };
    return Object.entries(options).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** A database's address with its login percent-encoded. */
export function databaseUrl(user: string, password: string, host: string, database: string): string {
    const login = [user, password].map(encodeURIComponent).join(":");
    return `postgresql://${login}@${host}:${PORT}/${encodeURIComponent(database)}`;
}

/** A PostgreSQL node with one database and one user; its data lie on a volume that outlives the container. */
export class Database extends pulumi.ComponentResource {
    /** The database's address with user and password; a secret. */
    public readonly url: pulumi.Output<string>;
    /** How callers get to it. */
    public readonly reach: Reach;

    constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
        super("traced-environment:infra:Database", name, {}, opts);
        const memory = parseMebibytes(args.memory ?? "256MiB") as number;
        const { database } = args;
        const password = new random.RandomPassword(
            `${name}-password`,
            { length: 32, special: false },
            { parent: this },
        );

        const placed = platformOf(args.platform).workload(
            {
                name,
                role: "database",
                image: resolveImage("postgres", args, args.registry).reference,
                command: ["/bin/sh", "-c", START, "start", ...serverOptions(memory)],
                httpClient: "none",
                replicas: 1,
                environment: {
                    POSTGRES_DB: { value: database },
                    POSTGRES_USER: { value: database },
                    PGDATA: { value: DATA },
                    POSTGRES_PASSWORD_FILE: { value: `${SECRETS}/password` },
                },
                fileMounts: [
                    {
                        name: "secrets",
                        path: SECRETS,
                        files: { password: { content: password.result, secret: true } },
                    },
                ],
                volumes: [
                    {
                        name: "data",
                        path: DATA,
                        keep: args.keepData,
                        mebibytes: args.size === undefined ? undefined : parseMebibytes(args.size),
                    },
                ],
                dataCheck: ["/bin/sh", "-c", CHECK_DATA, "data-check", DATA],
                scratch: [
                    { path: "/tmp", mebibytes: 16 },
                    { path: "/var/run/postgresql", mebibytes: 1 },
                ],
                memory,
                user: { uid: 999, gid: 999 },
                readiness: {
                    // Over TCP: while the database is being made the server listens on its socket only.
                    command: [
                        "pg_isready",
                        "-q",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        String(PORT),
                        "-U",
                        database,
                        "-d",
                        database,
                    ],
                    interval: CHECK_INTERVAL,
                    timeout: 3,
                    retries: 5,
                    startPeriod: 60,
                },
                readyTimeout: 120,
                offers: PORT,
                ports: { postgresql: PORT },
                stopGrace: 30,
            },
            { parent: this, environmentId: args.environmentId, kubernetes: args.kubernetes },
        );

        this.url = pulumi.secret(
            pulumi
                .all([password.result, placed.host])
                .apply(([secret, host]) => databaseUrl(database, secret, host, database)),
        );
        this.reach = reachOf(placed);
        this.registerOutputs({ url: this.url, reach: this.reach });
    }
}
