// The headers that an OTLP endpoint asks for (pure): their form, how they reach an app, and when they do not.

/** Variables by which a user sends an app's spans elsewhere. */
const ENDPOINTS = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

/**
 * Whether the user sends the spans to an endpoint of their own: what belongs to another endpoint, such as its API key,
 * is nothing for that one. An empty text counts as not set, as the specification says.
 */
export function choosesEndpoint(variables: Readonly<Record<string, unknown>>): boolean {
    return ENDPOINTS.some((name) => variables[name] !== undefined && variables[name] !== "");
}

/** What is wrong with the name of a header, if anything (RFC 9110, section 5.6.2). */
export function headerNameProblem(name: string): string | undefined {
    return /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name)
        ? undefined
        : `has the name ${JSON.stringify(name)}; expected letters, digits and hyphens, such as "x-api-key"`;
}

/** What is wrong with headers, if anything. Their values are never shown. */
export function headersProblem(headers: Readonly<Record<string, string>>): string | undefined {
    for (const [name, value] of Object.entries(headers)) {
        const problem = headerNameProblem(name);
        if (problem) {
            return problem;
        }
        if (!/^[\x20-\x7e]+$/.test(value)) {
            return `the value of ${name} is not one line of printable ASCII characters; give it as the endpoint's owner did`;
        }
    }
    return undefined;
}

/** `OTEL_EXPORTER_OTLP_HEADERS`: the form of W3C Baggage, values percent-encoded, sorted by name. */
export function headersVariable(headers: Readonly<Record<string, string>>): string {
    return Object.keys(headers)
        .sort()
        .map((name) => `${name}=${encodeURIComponent(headers[name])}`)
        .join(",");
}
