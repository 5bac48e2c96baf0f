// Subnets of an environment's networks (pure): small, each part always the same one of the pool.

/** The parts that own a network, in the order in which they take subnets of the pool. */
export const OWNERS = ["storage", "collector", "query", "ingress"] as const;

/** The size of each subnet: 61 containers besides the gateway; while an app changes, it has twice its instances. */
const PREFIX = 26;

/** What is wrong with a pool, if anything. */
export function subnetPoolProblem(pool: string): string | undefined {
    const parsed = parse(pool);
    const wanted = PREFIX - Math.ceil(Math.log2(OWNERS.length));
    return parsed && parsed.prefix <= wanted && parsed.prefix >= 8
        ? undefined
        : `expected an IPv4 network that holds ${OWNERS.length} networks of /${PREFIX}, such as 10.210.0.0/24`;
}

function parse(pool: string): { address: number; prefix: number } | undefined {
    const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(pool);
    if (!match) {
        return undefined;
    }
    const [a, b, c, d, prefix] = match.slice(1).map(Number);
    if ([a, b, c, d].some((byte) => byte > 255) || prefix > 32) {
        return undefined;
    }
    const address = ((a * 256 + b) * 256 + c) * 256 + d;
    return address % 2 ** (32 - prefix) === 0 ? { address, prefix } : undefined;
}

/** The Docker arguments with each part's subnet; undefined when there is no pool and the engine chooses. */
export function subnets(
    pool: string | undefined,
): (part: (typeof OWNERS)[number]) => { subnet: string } | undefined {
    const parsed = pool === undefined ? undefined : parse(pool);
    return (part) => {
        if (!parsed) {
            return undefined;
        }
        const address = parsed.address + OWNERS.indexOf(part) * 2 ** (32 - PREFIX);
        const bytes = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
        return { subnet: `${bytes.join(".")}/${PREFIX}` };
    };
}
