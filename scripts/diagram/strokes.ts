// Lines that share a part of their way, as strokes (pure): what is shared is drawn once, and where they part is a dot.
import { Point } from "./measure";

/** A part of a line that is drawn. */
export interface Stroke {
    points: readonly Point[];
    /** Whether it begins or ends on another line, and not at a box. */
    startsOnLine: boolean;
    endsOnLine: boolean;
}

type Span = readonly [from: number, to: number];

/** What is drawn already, by line: `h` and its height, or `v` and its place. */
export type Drawn = Map<string, Span[]>;

/** What of a line of horizontal and vertical pieces is still to be drawn; notes that it is. */
export function strokesOf(points: readonly Point[], drawn: Drawn): Stroke[] {
    const pieces = points.slice(1).flatMap((to, index) => freePieces(points[index], to, drawn));
    const strokes: Point[][] = [];
    for (const [from, to] of pieces) {
        const last = strokes.at(-1);
        if (last && same(last.at(-1), from)) {
            last.push(to);
        } else {
            strokes.push([from, to]);
        }
    }
    return strokes.map((own) => ({
        points: own,
        startsOnLine: !same(own[0], points[0]),
        endsOnLine: !same(own.at(-1), points.at(-1)),
    }));
}

function same(one: Point | undefined, other: Point | undefined): boolean {
    return one?.x === other?.x && one?.y === other?.y;
}

/** The pieces of one straight piece that are not drawn yet, in its direction. */
function freePieces(from: Point, to: Point, drawn: Drawn): [Point, Point][] {
    const isHorizontal = from.y === to.y;
    const key = isHorizontal ? `h${from.y}` : `v${from.x}`;
    const [start, end] = isHorizontal ? [from.x, to.x] : [from.y, to.y];
    const whole: Span = [Math.min(start, end), Math.max(start, end)];
    const before = drawn.get(key) ?? [];
    drawn.set(key, [...before, whole]);
    const free = before.reduce<Span[]>((spans, cut) => spans.flatMap((span) => without(span, cut)), [whole]).sort(([a], [b]) => a - b);
    const at = (place: number): Point => (isHorizontal ? { x: place, y: from.y } : { x: from.x, y: place });
    const forward = free.map(([a, b]): [Point, Point] => [at(a), at(b)]);
    return start <= end ? forward : forward.reverse().map(([a, b]) => [b, a]);
}

function without([from, to]: Span, [cutFrom, cutTo]: Span): Span[] {
    return [
        [from, Math.min(to, cutFrom)] as const,
        [Math.max(from, cutTo), to] as const,
    ].filter(([a, b]) => a < b);
}
