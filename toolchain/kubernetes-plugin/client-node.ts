// @kubernetes/client-node, loaded when it is needed: it takes a while, and it is an ES module.
import { pathToFileURL } from "node:url";

const NAME = "@kubernetes/client-node";

/** The module. CommonJS can load it only by a real `import()`, which the compilers here would turn into `require`. */
export function clientNode(): Promise<typeof import("@kubernetes/client-node")> {
    const realImport = new Function("address", "return import(address)") as (
        address: string,
    ) => Promise<typeof import("@kubernetes/client-node")>;
    return realImport(pathToFileURL(require.resolve(NAME)).href);
}
