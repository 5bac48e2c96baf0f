// The storage of Jaeger's roles: a hand-written connection is checked once its values are known.
import { storageOf } from "../../../../components/tracing/role";
import { AUTHORITY } from "../../../helpers/certificates";

const STORAGE = { version: "8.19.0", urls: ["http://es:9200"], indexPrefix: "shop" };

/** What an output consists of. */
interface Inner {
    isKnown: Promise<boolean>;
    isSecret: Promise<boolean>;
    promise(): Promise<unknown>;
    allResources?(): Promise<unknown>;
}

/** What comes of a connection: the storage, or the error. */
async function outcome(storage: object): Promise<unknown> {
    const args = { storage: { ...STORAGE, ...storage }, credential: { user: "writer", password: "p" } };
    const output = storageOf("JaegerCollector", "traces", "2.21.0", args as never);
    const { isKnown, isSecret, promise, allResources } = output as unknown as Inner;
    // A failure is told by each of them.
    [isKnown, isSecret, allResources?.()].forEach((each) => each?.catch(() => undefined));
    return promise().catch((error: Error) => error.message);
}

describe("a connection to storage", () => {
    test("gets its defaults", async () => {
        expect(await outcome({})).toEqual({
            ...STORAGE,
            engine: "elasticsearch",
            shards: 1,
            replicas: 0,
            retentionDays: 7,
            user: "writer",
        });
    });

    test.each<[object, RegExp]>([
        [{ indexPrefix: "Shop" }, /- storage\.indexPrefix: got "Shop", .*lower-case/],
        [{ indexPrefix: "_shop" }, /- storage\.indexPrefix: got "_shop", /],
        [{ indexPrefix: undefined }, /- storage\.indexPrefix: got nothing, /],
        [{ urls: [] }, /- storage\.urls: empty; give at least one address/],
        [{ urls: ["es:9200"] }, /- storage\.urls\[0\]: got "es:9200", expected an address with a scheme/],
        [{ urls: ["http://a:9200", "b"] }, /- storage\.urls\[1\]: got "b", expected an address/],
        [{ urls: ["https://u:hidden@es:9200"] }, /- storage\.urls\[0\]: has a user or password in it; give them/],
        [{ ca: "x", urls: ["https://es:9200"] }, /- storage\.ca: expected certificates as PEM/],
        [{ ca: AUTHORITY }, /- storage\.ca: given, but no address is encrypted/],
        [{ engine: "solr" }, /- storage\.engine: got "solr", expected "elasticsearch" or "opensearch"/],
        [{ engine: "opensearch", version: "4.0.0" }, /- storage\.version: Jaeger 2\.21\.0 does not know opensearch/],
    ])("%j is refused by path", async (storage, expected) => {
        const message = await outcome(storage);
        expect(message).toMatch(/^JaegerCollector "traces" can't be made from these arguments:/);
        expect(message).toMatch(expected);
    });

    test("with certificate authorities is taken", async () => {
        const secured = { urls: ["https://es:9200"], ca: AUTHORITY };
        expect(await outcome(secured)).toMatchObject(secured);
    });

    test("never shows a login that stands in an address", async () => {
        expect(await outcome({ urls: ["https://u:hidden@es:9200"] })).not.toContain("hidden");
    });

    test("tells all that is wrong at once", async () => {
        expect(((await outcome({ indexPrefix: "-", urls: [] })) as string).split("\n")).toHaveLength(3);
    });
});
