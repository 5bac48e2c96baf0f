// Subnets of an environment's networks: small, apart, and always the same.
import { subnetPoolProblem, subnets } from "../../../../components/environment/subnets";

describe("the subnets of a pool", () => {
    test.each([
        ["10.210.0.0/24", ["10.210.0.0/28", "10.210.0.16/28", "10.210.0.32/28", "10.210.0.48/28"]],
        ["10.210.0.192/26", ["10.210.0.192/28", "10.210.0.208/28", "10.210.0.224/28", "10.210.0.240/28"]],
        ["10.0.0.0/8", ["10.0.0.0/28", "10.0.0.16/28", "10.0.0.32/28", "10.0.0.48/28"]],
        [
            "192.168.255.0/24",
            ["192.168.255.0/28", "192.168.255.16/28", "192.168.255.32/28", "192.168.255.48/28"],
        ],
        [
            "223.255.255.192/26",
            ["223.255.255.192/28", "223.255.255.208/28", "223.255.255.224/28", "223.255.255.240/28"],
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
        expect(part("storage")).toEqual({ subnet: "10.210.0.0/28" });
    });

    test("without a pool are the engine's choice", () => {
        expect(subnets(undefined)("storage")).toBeUndefined();
    });
});

describe("a pool is refused", () => {
    test.each([
        ["", "nothing"],
        ["10.210.0.0", "no size"],
        ["10.210.0.0/27", "too small"],
        ["10.210.0.0/33", "no such size"],
        ["10.0.0.0/7", "larger than any private network"],
        ["10.210.0.1/24", "not at its own beginning"],
        ["10.210.0.32/26", "not at its own beginning"],
        ["10.256.0.0/16", "no byte"],
        ["10.210.0/24", "a byte short"],
        ["fd00::/64", "IPv6"],
        ["10.210.0.0/24 ", "a space"],
        ["example.org/24", "a name"],
    ])("%j: %s", (pool) => {
        expect(subnetPoolProblem(pool)).toMatch(
            /expected an IPv4 network that holds 4 networks of \/28, such as 10.210.0.0\/24/,
        );
    });
});
