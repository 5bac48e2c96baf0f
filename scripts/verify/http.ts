// One HTTP request by node's own client, which lets the Host header differ from the address connected to.
import * as http from "node:http";
import * as https from "node:https";
import * as net from "node:net";
import { TLSSocket } from "node:tls";

import { Answer } from "./answers";

/** Where to connect, when that is not what the URL says. */
export interface Address {
    address: string;
    port: number;
}

/** The end of a tunnel on this machine. */
export interface LocalSocket {
    socketPath: string;
}

/** What is known of the certificate of a server, other than that an authority that everybody trusts has signed it. */
export interface KnownCertificate {
    /** Its SHA-256 fingerprint; without it any certificate is taken. */
    fingerprint?: string;
}

/** What to request. */
export interface HttpRequest {
    url: URL;
    /** @default the URL's host and port */
    connectTo?: Address | LocalSocket;
    /** @default one that a trusted authority has signed for the URL's host */
    certificate?: KnownCertificate;
    /** @default GET */
    method?: string;
    headers?: Record<string, string>;
    body?: string;
    timeoutMs: number;
    /** What of the answer's body is kept; the rest is read and dropped. */
    keepBytes: number;
}

/** The address that a URL names. */
export function addressOf(url: URL): Address {
    return {
        address: url.hostname.replace(/^\[|\]$/g, ""),
        port: Number(url.port || (url.protocol === "https:" ? 443 : 80)),
    };
}

function connection(to: Address | LocalSocket): https.RequestOptions {
    return "socketPath" in to ? to : { host: to.address, port: to.port };
}

/** Sends a request; a failure is an answer too. */
export function send(request: HttpRequest): Promise<Answer> {
    const { url, connectTo, certificate, method = "GET", headers = {}, body, timeoutMs, keepBytes } = request;
    const secure = url.protocol === "https:";
    const host = addressOf(url).address;
    return new Promise((resolve) => {
        const failed = (error: NodeJS.ErrnoException) =>
            resolve({ kind: "failed", code: error.code ?? "ERROR", message: error.message || url.host });
        const options: https.RequestOptions = {
            ...connection(connectTo ?? addressOf(url)),
            path: `${url.pathname}${url.search}`,
            method,
            headers: { Host: url.host, ...headers },
            // A fresh connection each time: a kept one may be closed just when it is used.
            agent: false,
            // An address is no name of a server.
            ...(secure
                ? { servername: net.isIP(host) ? "" : host, rejectUnauthorized: certificate === undefined }
                : {}),
        };
        const sent = (secure ? https : http).request(options, (response) => {
            const chunks: Buffer[] = [];
            let kept = 0;
            response.on("data", (chunk: Buffer) => {
                if (kept < keepBytes) {
                    chunks.push(chunk);
                    kept += chunk.length;
                }
            });
            response.on("error", failed);
            response.on("end", () =>
                resolve({
                    kind: "answered",
                    status: response.statusCode ?? 0,
                    headers: Object.fromEntries(
                        Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
                    ),
                    body: Buffer.concat(chunks).subarray(0, keepBytes).toString("utf8"),
                }),
            );
        });
        if (secure && certificate?.fingerprint !== undefined) {
            sent.on("socket", (socket) => checkCertificate(socket as TLSSocket, certificate.fingerprint, sent));
        }
        const timer = setTimeout(
            () =>
                sent.destroy(
                    Object.assign(new Error(`no answer within ${timeoutMs / 1000} s`), { code: "TIMEOUT" }),
                ),
            timeoutMs,
        );
        sent.on("close", () => clearTimeout(timer));
        sent.on("error", failed);
        sent.end(body);
    });
}

/** Gives a request up when the server has another certificate. */
function checkCertificate(socket: TLSSocket, wanted: string | undefined, request: http.ClientRequest): void {
    socket.once("secureConnect", () => {
        const { fingerprint256 } = socket.getPeerCertificate();
        if (fingerprint256 !== wanted) {
            const message = `the certificate that is served is not that of the settings: its fingerprint is ${fingerprint256}, not ${wanted}`;
            request.destroy(Object.assign(new Error(message), { code: "CERTIFICATE" }));
        }
    });
}
