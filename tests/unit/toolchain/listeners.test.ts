// Who listens on a port.
import * as net from "net";

import { listeningProcess, listeningSockets } from "../../../toolchain/listeners";

test("sockets that listen are found in the kernel's table", () => {
    const table = [
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
        "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0",
        "   1: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 30 10 -1",
        "   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0 0 10 0",
        "",
    ].join("\n");
    expect(listeningSockets(table, 8080)).toEqual(["socket:[4711]"]);
    expect(listeningSockets(table, 81)).toEqual([]);
});

test("this process is found by a port on which it listens", async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as net.AddressInfo;
    const found = listeningProcess(port);
    await new Promise((resolve) => server.close(resolve));
    if (process.platform === "linux") {
        expect(found).toMatch(new RegExp(`^the process .+ \\(${process.pid}\\)$`));
    }
    expect(listeningProcess(port)).toBeUndefined();
});
