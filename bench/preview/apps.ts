// Settings with many small apps (pure): each answers every request by what a busybox has on board.
import { Platform } from "../../toolchain/executables";

/** An app's settings. */
export interface SmallApp {
    image: string;
    command: string[];
    memory: string;
    healthPath: string;
    route: { host: string };
    kubernetes?: { cpu: string };
    readyTimeout?: number;
}

/** Busyboxes differ in how they are told to serve more than one connection. */
const SERVE = [
    `answer='read -r line; printf "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n"'`,
    'nc -ll -p 8000 -e sh -c "$answer" || exec nc -lk -p 8000 -e sh -c "$answer"',
].join("\n");

/** In a cluster fifty of them must find room on one node, and wait for one another when they are made at once. */
const OF_PLATFORM: Readonly<Record<Platform, Pick<SmallApp, "kubernetes" | "readyTimeout">>> = {
    docker: {},
    kubernetes: { kubernetes: { cpu: "5m" }, readyTimeout: 600 },
};

/** So many apps by their names, each with a route of its own. */
export function smallApps(platform: Platform, count: number, image: string): Record<string, SmallApp> {
    return Object.fromEntries(
        Array.from({ length: count }, (_, index) => {
            const name = `app-${index + 1}`;
            return [
                name,
                {
                    image,
                    command: ["sh", "-c", SERVE],
                    memory: "32MiB",
                    healthPath: "/",
                    route: { host: `${name}.localhost` },
                    ...OF_PLATFORM[platform],
                },
            ];
        }),
    );
}
