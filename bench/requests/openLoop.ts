// A program: sends requests at a fixed rate, whether the earlier ones are answered or not, and prints what they took. Those
// of the first second, in which its own code is compiled and connections are made, are not counted.
import * as http from "node:http";

/** What it prints, as JSON. */
export interface Latencies {
    /** Milliseconds of each request that was answered well, from its being sent to the end of the answer. */
    milliseconds: number[];
    failed: number;
}

const CONNECTIONS = 100;
const TIMEOUT_MS = 5000;
const WARM_UP_SECONDS = 1;

function send(url: URL, agent: http.Agent, latencies: Latencies): Promise<void> {
    return new Promise((resolve) => {
        const sent = performance.now();
        const failed = () => {
            latencies.failed++;
            resolve();
        };
        const request = http.get(url, { agent, timeout: TIMEOUT_MS }, (response) => {
            response.resume().on("end", () => {
                if (response.statusCode !== 200) {
                    return failed();
                }
                latencies.milliseconds.push(performance.now() - sent);
                resolve();
            });
        });
        request.on("timeout", () => request.destroy(new Error("no answer in time")));
        request.on("error", failed);
    });
}

async function main(url: URL, rate: number, seconds: number): Promise<void> {
    const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    const latencies: Latencies = { milliseconds: [], failed: 0 };
    const ignored: Latencies = { milliseconds: [], failed: 0 };
    const requests: Promise<void>[] = [];
    const start = performance.now();
    const uncounted = rate * WARM_UP_SECONDS;
    const total = uncounted + rate * seconds;
    await new Promise<void>((resolve) => {
        const timer = setInterval(() => {
            const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * rate));
            while (requests.length < due) {
                requests.push(send(url, agent, requests.length < uncounted ? ignored : latencies));
            }
            if (requests.length >= total) {
                clearInterval(timer);
                resolve();
            }
        }, 1);
    });
    await Promise.all(requests);
    agent.destroy();
    process.stdout.write(JSON.stringify(latencies));
}

const [url, rate, seconds] = process.argv.slice(2);
void main(new URL(url), Number(rate), Number(seconds));
