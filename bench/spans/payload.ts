// An OTLP request of spans that is encoded once and then sent again and again under new ids (pure).
import { bytes, Field, fixed64, integer, text } from "./protobuf";

/** Attributes of a span or a resource. */
export type Attributes = Readonly<Record<string, string | number>>;

/** The four spans of a traced request, as the ingress and a Django app with a database send them. */
const SPANS: readonly { name: string; kind: number; attributes: Attributes }[] = [
    {
        name: "GET",
        kind: 2,
        attributes: {
            entry_point: "web",
            "http.request.method": "GET",
            "network.protocol.version": "1.1",
            "http.request.body.size": 0,
            "url.path": "/api/products/17",
            "url.scheme": "http",
            "user_agent.original": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "server.address": "shop.localhost:8080",
            "network.peer.address": "10.217.0.65",
            "http.response.status_code": 200,
            "client.address": "10.217.0.65",
        },
    },
    {
        name: "ReverseProxy",
        kind: 3,
        attributes: {
            "http.request.method": "GET",
            "network.protocol.version": "1.1",
            "url.full": "http://shop-0:8000/api/products/17",
            "url.scheme": "http",
            "user_agent.original": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "network.peer.address": "10.217.0.66",
            "network.peer.port": 8000,
            "server.address": "shop-0",
            "server.port": 8000,
            "http.response.status_code": 200,
        },
    },
    {
        name: "GET api/products/<int:id>",
        kind: 2,
        attributes: {
            "http.request.method": "GET",
            "http.route": "api/products/<int:id>",
            "url.path": "/api/products/17",
            "url.scheme": "http",
            "server.address": "shop.localhost",
            "server.port": 8000,
            "network.protocol.version": "1.1",
            "user_agent.original": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "client.address": "10.217.0.67",
            "http.response.status_code": 200,
        },
    },
    {
        name: "SELECT",
        kind: 3,
        attributes: {
            "db.system.name": "postgresql",
            "db.namespace": "shop",
            "db.query.text": 'SELECT "shop_product"."id", "shop_product"."name" FROM "shop_product" WHERE "id" = %s',
            "db.user": "shop",
            "server.address": "database-shop",
            "server.port": 5432,
        },
    },
];

const RESOURCE: Attributes = {
    "service.name": "bench",
    "service.namespace": "traced-environment",
    "service.instance.id": "bench-0",
    "deployment.environment.name": "bench",
    "telemetry.sdk.language": "python",
    "telemetry.sdk.name": "opentelemetry",
    "telemetry.sdk.version": "1.38.0",
};

/** How many spans a trace has. */
export const SPANS_PER_TRACE = SPANS.length;

function attribute(field: number, [name, value]: [string, string | number]): Field {
    return bytes(field, text(1, name), bytes(2, typeof value === "string" ? text(1, value) : integer(3, value)));
}

// The ids are the parts that change: found again by what they are made of, which no other part holds.
function mark(trace: number, span: number): Buffer {
    const id = Buffer.alloc(8, 0xa5);
    id.writeUInt32BE(trace, 0);
    id.writeUInt8(span, 7);
    return id;
}

/** A request of whole traces. */
export class Payload {
    public readonly bytes: Buffer;
    /** How many spans it carries. */
    public readonly spans: number;
    /** Where each trace's number stands: in its trace id and in the ids of its spans. */
    private readonly numbers: readonly (readonly number[])[];

    /**
     * @param traces how many traces it carries
     * @param sender tells apart what is sent under the same numbers; from 0 to 255
     * @param now when the spans end, in milliseconds since 1970
     */
    constructor(traces: number, sender: number, now: number) {
        const encoded: Field[] = [];
        for (let trace = 0; trace < traces; trace++) {
            for (let span = 0; span < SPANS.length; span++) {
                encoded.push(encodeSpan(trace, span, sender, now));
            }
        }
        this.bytes = bytes(
            1,
            bytes(1, ...Object.entries(RESOURCE).map((each) => attribute(1, each))),
            bytes(2, bytes(1, text(1, "bench")), ...encoded),
        );
        this.spans = traces * SPANS.length;
        this.numbers = Array.from({ length: traces }, (_, trace) => this.find(trace));
    }

    /** Gives its traces the numbers from `first` on. */
    number(first: number): void {
        this.numbers.forEach((places, trace) => {
            for (const place of places) {
                this.bytes.writeUInt32BE(first + trace, place);
            }
        });
    }

    private find(trace: number): number[] {
        const places: number[] = [];
        for (let span = 0; span < SPANS.length; span++) {
            const id = mark(trace, span);
            for (let at = this.bytes.indexOf(id); at >= 0; at = this.bytes.indexOf(id, at + 1)) {
                places.push(at);
            }
        }
        return places;
    }
}

function encodeSpan(trace: number, span: number, sender: number, now: number): Field {
    const { name, kind, attributes } = SPANS[span];
    const end = BigInt(now) * 1_000_000n - BigInt(span) * 1_000_000n;
    const traceId = Buffer.concat([Buffer.alloc(8, sender), mark(trace, 0)]);
    return bytes(
        2,
        bytes(1, traceId),
        bytes(2, mark(trace, span)),
        ...(span === 0 ? [] : [bytes(4, mark(trace, span - 1))]),
        text(5, name),
        integer(6, kind),
        fixed64(7, end - BigInt(20 - 4 * span) * 1_000_000n),
        fixed64(8, end),
        ...Object.entries(attributes).map((each) => attribute(9, each)),
    );
}
