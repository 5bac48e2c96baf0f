// A program: a server that answers every request with the same few bytes, so that a proxy before it has the work.
import * as net from "node:net";
import { AddressInfo } from "node:net";

const END = "\r\n\r\n";
const BODY = "hello";
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${BODY.length}${END}${BODY}`;

/** Listens on a free port of an address, and prints the port. */
function main(address: string): void {
    const server = net.createServer({ noDelay: true }, (socket) => {
        let rest = "";
        socket.setEncoding("latin1").on("data", (text: string) => {
            // Requests have no body here.
            const heads = (rest + text).split(END);
            rest = heads.pop() ?? "";
            socket.write(ANSWER.repeat(heads.length));
        });
        socket.on("error", () => socket.destroy());
    });
    server.listen(0, address, () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
}

main(process.argv[2]);
