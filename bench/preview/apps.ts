// Settings with many small apps (pure): each answers every request by what a busybox has on board.

/** An app's settings. */
export interface SmallApp {
    image: string;
    command: string[];
    memory: string;
    healthPath: string;
    route: { host: string };
}

/** Busyboxes differ in how they are told to serve more than one connection. */
const SERVE = [
    `answer='read -r line; printf "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n"'`,
    'nc -ll -p 8000 -e sh -c "$answer" || exec nc -lk -p 8000 -e sh -c "$answer"',
].join("\n");

/** So many apps by their names, each with a route of its own. */
export function smallApps(count: number, image: string): Record<string, SmallApp> {
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
                },
            ];
        }),
    );
}
