// How fast the sender is by itself: against a server that takes every request and does nothing with it.
import * as http from "node:http";
import { AddressInfo } from "node:net";

import { Load, sendSpans } from "./sender";

/** Spans per second of the sender with nobody to wait for; the server shares its process and so slows it. */
export async function sinkRate(load: Load): Promise<number> {
    const server = http.createServer((request, response) => {
        request.resume().on("end", () => response.end());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
        const start = performance.now();
        const { spans } = await sendSpans(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, load);
        return (spans / (performance.now() - start)) * 1000;
    } finally {
        server.close();
    }
}
