// A declared file: written whole, replaced by its successor, and taken away only by the one who wrote it.
import { ChildProcess, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

import { KEEP_FILE } from "../../../../../components/platform/docker/declaredFile";
import { useTemporaryFolder } from "../../temporaryFolder";

const folder = useTemporaryFolder();
const sources = useTemporaryFolder();
const source = () => path.join(sources(), "content");
const keepers: ChildProcess[] = [];
const target = () => path.join(folder(), "shop.yml");
const read = () => fs.readFileSync(target(), "utf8");

afterEach(() => {
    // Each leads a group of its own, to which its sleep belongs; in a container that ends with it.
    for (const { pid } of keepers.splice(0)) {
        try {
            process.kill(-(pid as number), "SIGKILL");
        } catch {
            // Nobody of the group is left.
        }
    }
});

/** Starts a keeper of a secret, which lies in a file. */
function keepSecret(content: string): Promise<ChildProcess> {
    fs.writeFileSync(source(), content);
    return keep("-", target(), [source()]);
}

/** Starts a keeper and waits until its file is there. */
async function keep(content: string, file = target(), from: string[] = []): Promise<ChildProcess> {
    const before = fs.existsSync(file) ? fs.statSync(file).ino : undefined;
    const keeper = spawn("/bin/sh", ["-c", KEEP_FILE, "keep-file", file, content, ...from], {
        detached: true,
        stdio: "ignore",
    });
    keepers.push(keeper);
    await eventually(() => fs.existsSync(file) && fs.statSync(file).ino !== before);
    return keeper;
}

/** Stops a keeper as the engine does, and gives its exit code. */
function stop(keeper: ChildProcess): Promise<number | null> {
    return new Promise((resolve) => {
        keeper.once("exit", resolve);
        keeper.kill("SIGTERM");
    });
}

async function eventually(holds: () => boolean): Promise<void> {
    for (const end = Date.now() + 10_000; Date.now() < end;) {
        if (holds()) {
            return;
        }
        await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error("did not come true within 10 s");
}

describe("the keeper of a file", () => {
    test.each([
        ["a route", 'http:\n  routers:\n    shop:\n      rule: "Host(`shop.example.org`)"\n'],
        ["quotes and variables", 'it\'s "$HOME" `id` $(id) \\n %s %% \\'],
        ["newlines at the end", "text\n\n"],
        ["none at the end", "text"],
        ["a leading hyphen", "-n text"],
        ["unicode", "Käse 😀"],
    ])("writes %s as it is, and nothing beside it", async (_, content) => {
        await keep(content);
        expect(read()).toBe(content);
        expect(fs.readdirSync(folder())).toEqual(["shop.yml"]);
    });

    test("takes it away when it is stopped", async () => {
        const keeper = await keep("content\n");
        expect(await stop(keeper)).toBe(0);
        expect(fs.readdirSync(folder())).toEqual([]);
    });

    test("leaves the file of its successor", async () => {
        const old = await keep("old");
        const successor = await keep("new");
        expect(read()).toBe("new");
        expect(await stop(old)).toBe(0);
        expect(read()).toBe("new");
        expect(await stop(successor)).toBe(0);
        expect(fs.existsSync(target())).toBe(false);
    });

    test("leaves the file of its successor also when both say the same, as after a new image", async () => {
        const old = await keep("same");
        await keep("same");
        await stop(old);
        expect(read()).toBe("same");
    });

    test("leaves the files of others", async () => {
        const other = path.join(folder(), "till.yml");
        await keep("till", other);
        await stop(await keep("shop"));
        expect(fs.readdirSync(folder())).toEqual(["till.yml"]);
    });

    test("ends well when its file is gone already", async () => {
        const keeper = await keep("content");
        fs.rmSync(target());
        expect(await stop(keeper)).toBe(0);
    });

    test("writes it again when it is started again, as after a restart of the engine", async () => {
        await stop(await keep("content"));
        await stop(await keep("content"));
        await keep("content");
        expect(read()).toBe("content");
    });

    test("that was killed leaves its file, which the next one replaces and takes away", async () => {
        const killed = await keep("killed");
        const gone = new Promise((resolve) => killed.once("exit", resolve));
        killed.kill("SIGKILL");
        await gone;
        expect(read()).toBe("killed");
        await stop(await keep("next"));
        expect(fs.existsSync(target())).toBe(false);
    });

    test("never shows half a file", async () => {
        const [first, second] = ["1", "2"].map((digit) => digit.repeat(60_000));
        await keep(first);
        const seen = new Set<string>();
        let done = false;
        const watching = (async () => {
            while (!done) {
                seen.add(read());
                await new Promise(setImmediate);
            }
        })();
        await keep(second);
        done = true;
        await watching;
        seen.add(read());
        expect([...seen].filter((text) => text !== first && text !== second)).toEqual([]);
        expect(seen).toContain(second);
    });
});

describe("the keeper of a secret file", () => {
    const mode = () => (fs.statSync(target()).mode & 0o777).toString(8);

    test.each([
        ["a certificate with its key", "tls:\n  key: |\n    -----BEGIN PRIVATE KEY-----\n"],
        ["quotes, variables and newlines", 'it\'s "$HOME" `id` \\n %s\n\n'],
    ])("writes %s as it is, and nothing beside it, for its user alone", async (_, content) => {
        await keepSecret(content);
        expect(read()).toBe(content);
        expect(mode()).toBe("400");
        expect(fs.readdirSync(folder())).toEqual(["shop.yml"]);
    });

    test("gives it to nobody on its command line", async () => {
        const keeper = await keepSecret("pr1vate");
        expect(fs.readFileSync(`/proc/${keeper.pid}/cmdline`, "utf8")).not.toContain("pr1vate");
    });

    test("leaves the file of its successor, and is replaced by one that is not secret", async () => {
        const old = await keepSecret("old");
        const successor = await keepSecret("new");
        await stop(old);
        expect(read()).toBe("new");
        await keep("open");
        await stop(successor);
        expect(read()).toBe("open");
        expect(mode()).toBe("644");
    });

    test("writes it again over what a killed one left half done", async () => {
        const host = spawnSync("hostname", { encoding: "utf8" }).stdout.trim();
        fs.writeFileSync(`${target()}.${host}.part`, "ha", { mode: 0o400 });
        await keepSecret("whole");
        expect(read()).toBe("whole");
        expect(fs.readdirSync(folder())).toEqual(["shop.yml"]);
    });
});
