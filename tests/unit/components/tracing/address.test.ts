// What the address of an OTLP endpoint must look like.
import { otlpAddressProblem } from "../../../../components/tracing/address";

describe("an OTLP address is", () => {
    test.each([
        "http://collector:4317",
        "https://otlp.example.org",
        "https://otlp.example.org/tenant",
        "http://[::1]:4318",
        "http://collector:4318/",
    ])("taken: %s", (address) => {
        expect(otlpAddressProblem(address)).toBeUndefined();
    });

    test.each([
        ["collector:4317", /with a scheme/],
        ["collector", /with a scheme/],
        ["grpc://collector:4317", /such as http:\/\/collector:4317/],
        ["http://", /with a scheme/],
        ["", /with a scheme/],
        ["http://collector:4318/v1/traces", /without \/v1\/traces/],
        ["http://collector:4318/v1/traces/", /without \/v1\/traces/],
    ])("refused: %j", (address, reason) => {
        expect(otlpAddressProblem(address)).toMatch(reason);
    });
});
