// Ports that are held open, on real sockets.
import * as dgram from "node:dgram";
import * as net from "node:net";

import { HeldPorts } from "../../../../toolchain/cluster-controller/heldPorts";

const ADDRESS = "127.0.0.1";

/** Listens on a port, by default on one that is free; undefined when it is taken. */
function listen(port = 0): Promise<net.Server | undefined> {
    return new Promise((resolve) => {
        const server = net.createServer();
        server.once("error", () => resolve(undefined));
        server.listen({ host: ADDRESS, port, exclusive: true }, () => resolve(server));
    });
}

const close = (server: net.Server) => new Promise((resolve) => server.close(resolve));

async function freePort(): Promise<number> {
    const server = (await listen())!;
    const { port } = server.address() as net.AddressInfo;
    await close(server);
    return port;
}

test("a port is held until it is wanted no more", async () => {
    const port = await freePort();
    const ports = new HeldPorts([ADDRESS]);
    expect(await ports.hold([`TCP ${port}`, `TCP ${port}`])).toEqual(new Map());
    expect(await listen(port)).toBeUndefined();
    expect(await ports.hold([`TCP ${port}`])).toEqual(new Map());
    await ports.hold([]);
    await close((await listen(port))!);
});

test("a port that somebody has is told, and held when it is free", async () => {
    const server = (await listen())!;
    const { port } = server.address() as net.AddressInfo;
    const ports = new HeldPorts([ADDRESS]);
    expect(await ports.hold([`TCP ${port}`])).toEqual(new Map([[`TCP ${port}`, expect.stringContaining("the process")]]));
    await close(server);
    expect(await ports.hold([`TCP ${port}`])).toEqual(new Map());
    expect(await listen(port)).toBeUndefined();
    await ports.hold([]);
});

test("a port that is taken on one address is held on none", async () => {
    const server = (await listen())!;
    const { port } = server.address() as net.AddressInfo;
    const ports = new HeldPorts(["127.0.0.2", ADDRESS]);
    expect([...(await ports.hold([`TCP ${port}`])).keys()]).toEqual([`TCP ${port}`]);
    await close(server);
    const other = net.createServer();
    await new Promise<void>((resolve) => other.listen(port, "127.0.0.2", resolve));
    await close(other);
});

test("UDP and TCP are told apart, and an address that is not there is nobody's", async () => {
    const port = await freePort();
    const ports = new HeldPorts([ADDRESS, "192.0.2.1"]);
    expect(await ports.hold([`UDP ${port}`, `SCTP ${port}`])).toEqual(new Map());
    await close((await listen(port))!);
    const socket = dgram.createSocket("udp4");
    const code = await new Promise((resolve) => {
        socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code));
        socket.bind({ address: ADDRESS, port, exclusive: true }, () => resolve("bound"));
    });
    socket.close();
    expect(code).toBe("EADDRINUSE");
    await ports.hold([]);
});
