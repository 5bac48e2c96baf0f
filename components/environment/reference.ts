// TracedEnvironmentReference: the environment of another stack, for the apps of this one.
import * as pulumi from "@pulumi/pulumi";

import { IngressEndpoint } from "../ingress/contract";
import { Problems, refuseLate, shown } from "../support/errors";
import { field } from "../support/inputs";
import { OtlpEndpoint, QueryEndpoint } from "../tracing/contract";
import { SharedEnvironment, SharedPart, sharedProblems } from "./shared";

/** The name of the output when nothing is said: the reference program's. */
const OUTPUT = "environment";

/** The arguments of {@link TracedEnvironmentReference}. */
export interface TracedEnvironmentReferenceArgs {
    /** The stack that has the environment, by its whole name, e.g. `acme/platform/production`. */
    stack: pulumi.Input<string>;
    /** That stack's output that is the `shared` of its `TracedEnvironment`. @default environment */
    output?: string;
    /** What the apps need besides the OTLP endpoint: `ingress`, `query`. What is not there is an error. @default ingress */
    needs?: SharedPart[];
    /** Headers that the OTLP endpoint asks for, such as an API key: no output carries them. Treated as secrets. @default none */
    otlpHeaders?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

/**
 * The environment of another stack, read from its output: what apps of this stack are wired with. Nothing is made. An
 * output that is missing, of a form that is not known, or without a part that is needed, is an error that says what to
 * do in which stack.
 */
export class TracedEnvironmentReference extends pulumi.ComponentResource {
    /** Where it runs: `docker` or `kubernetes`. */
    public readonly platform: pulumi.Output<string>;
    /** The environment's name in traces. */
    public readonly environmentName: pulumi.Output<string>;
    /** Where spans are sent. */
    public readonly otlp: OtlpEndpoint;
    /** Where routes are declared; there when it is needed. */
    public readonly ingress?: IngressEndpoint;
    /** Where traces are read; there when it is needed. */
    public readonly query?: QueryEndpoint;

    constructor(name: string, args: TracedEnvironmentReferenceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("traced-environment:index:TracedEnvironmentReference", name, {}, opts);
        const { output = OUTPUT, needs = [SharedPart.Ingress], otlpHeaders } = args;
        normalize(name, args.stack, output, needs);

        const stack = new pulumi.StackReference(`${name}-stack`, { name: args.stack }, { parent: this });
        const shared = pulumi.all([stack.name, stack.getOutput(output)]).apply(([from, value]) => {
            const source = { stack: from, output };
            refuseLate("TracedEnvironmentReference", name, sharedProblems(value, source, needs, otlpHeaders !== undefined));
            return value as pulumi.Unwrap<SharedEnvironment>;
        });

        // A record as a whole, as any stack's output: who uses it reads its fields.
        const part = <Part>(key: "otlp" | SharedPart) => shared.apply((parts) => parts[key]) as unknown as Part;
        const otlp = part<OtlpEndpoint>("otlp");
        this.platform = shared.apply(({ platform }) => platform);
        this.environmentName = shared.apply(({ environmentName }) => environmentName);
        this.otlp = otlpHeaders === undefined ? otlp : withHeaders(otlp, otlpHeaders);
        if (needs.includes(SharedPart.Ingress)) {
            this.ingress = part<IngressEndpoint>(SharedPart.Ingress);
        }
        if (needs.includes(SharedPart.Query)) {
            this.query = part<QueryEndpoint>(SharedPart.Query);
        }
        this.registerOutputs({
            ...{ platform: this.platform, environmentName: this.environmentName },
            ...{ otlp: this.otlp, ingress: this.ingress, query: this.query },
        });
    }
}

/** Field by field, so that it is plain that there are headers: they decide what is made. */
function withHeaders(endpoint: OtlpEndpoint, headers: TracedEnvironmentReferenceArgs["otlpHeaders"]): OtlpEndpoint {
    const fields = ["grpc", "http", "sampling", "ca", "reach"] as const;
    return {
        ...(Object.fromEntries(fields.map((key) => [key, field(endpoint, key)])) as unknown as OtlpEndpoint),
        headers: pulumi.secret(headers) as pulumi.Output<{ [key: string]: string }>,
    };
}

function normalize(name: string, stack: unknown, output: string, needs: readonly string[]): void {
    const known = Object.values<string>(SharedPart);
    const problems = new Problems();
    problems.expect(
        stack !== undefined && stack !== "",
        "stack",
        "missing; give the stack's whole name, such as acme/platform/production",
    );
    problems.expect(output.trim() !== "", "output", "got an empty name; give the name of the output");
    needs.forEach((part, index) =>
        problems.expect(
            known.includes(part),
            `needs[${index}]`,
            () => `got ${shown(part)}, expected one of ${known.join(", ")}`,
        ),
    );
    problems.throwIfAny("TracedEnvironmentReference", name);
}
