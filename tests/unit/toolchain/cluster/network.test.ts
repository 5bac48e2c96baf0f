// The machine's network: a port that something listens on is told, on whatever local address.
import * as net from "node:net";

import { takenPorts } from "../../../../toolchain/cluster/network";

test.each(["127.0.0.1", "0.0.0.0"])("a port that is taken on %s, among free ones", async (host) => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen({ port: 0, host }, resolve));
    const { port } = server.address() as net.AddressInfo;
    expect(await takenPorts([port])).toEqual([port]);
    await new Promise((resolve) => server.close(resolve));
    expect(await takenPorts([port])).toEqual([]);
});
