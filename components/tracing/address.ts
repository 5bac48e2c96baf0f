// The addresses of OTLP endpoints (pure): what they must look like.

/** What is wrong with the address of an OTLP endpoint, if anything. */
export function otlpAddressProblem(address: string): string | undefined {
    // Without a scheme, `collector:4317` is read as the scheme `collector:` and no host at all.
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (!url || !["http:", "https:"].includes(url.protocol)) {
        return "expected an address with a scheme, such as http://collector:4317; https:// when it is encrypted";
    }
    return /\/v1\/traces\/?$/.test(url.pathname)
        ? "expected the address without /v1/traces, which senders append themselves"
        : undefined;
}
