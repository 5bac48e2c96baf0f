// Subnets of an environment's networks: small, apart, and always the same.
import { subnetPoolProblem, subnets } from "../../../../components/environment/subnets";

describe("the subnets of a pool", () => {
    test.each([
        ["10.210.0.0/24", ["10.210.0.0/26", "10.210.0.64/26", "10.210.0.128/26", "10.210.0.192/26"]],
        ["10.0.0.0/8", ["10.0.0.0/26", "10.0.0.64/26", "10.0.0.128/26", "10.0.0.192/26"]],
        [
            "192.168.254.0/23",
            ["192.168.254.0/26", "192.168.254.64/26", "192.168.254.128/26", "192.168.254.192/26"],
        ],
        [
            "223.255.255.0/24",
            ["223.255.255.0/26", "223.255.255.64/26", "223.255.255.128/26", "223.255.255.192/26"],
        ],
    ])("%s", (pool, [storage, collector, query, ingress]) => {
        expect(subnetPoolProblem(pool)).toBeUndefined();
        const part = subnets(pool);
        expect(part("storage")).toEqual({ subnet: storage });
        expect(part("collector")).toEqual({ subnet: collector });
        expect(part("query")).toEqual({ subnet: query });
        expect(part("ingress")).toEqual({ subnet: ingress });
    });

    test("do not depend on the order in which they are asked for", () => {
        const part = subnets("10.210.0.0/24");
        part("ingress");
        expect(part("storage")).toEqual({ subnet: "10.210.0.0/26" });
    });

    test("without a pool are the engine's choice", () => {
        expect(subnets(undefined)("storage")).toBeUndefined();
    });
});

describe("a pool is refused", () => {
    test.each([
        ["", "nothing"],
        ["10.210.0.0", "no size"],
        ["10.210.0.0/25", "too small"],
        ["10.210.0.0/33", "no such size"],
        ["10.0.0.0/7", "larger than any private network"],
        ["10.210.0.1/24", "not at its own beginning"],
        ["10.210.0.128/24", "not at its own beginning"],
        ["10.256.0.0/16", "no byte"],
        ["10.210.0/24", "a byte short"],
        ["fd00::/64", "IPv6"],
        ["10.210.0.0/24 ", "a space"],
        ["example.org/24", "a name"],
    ])("%j: %s", (pool) => {
        expect(subnetPoolProblem(pool)).toMatch(
            /expected an IPv4 network that holds 4 networks of \/26, such as 10.210.0.0\/24/,
        );
    });
});
