// Where everything stands (pure). The parts of an environment and the ways between them are always the same, so this needs
// no general algorithm: clients, ingress, apps, tracing and storage stand from left to right, databases below the apps.
//
// Apps stand in a grid, so that thirty of them are still a picture of one page. Lines are horizontal and vertical, in lanes
// above and below the grid and in gutters beside each of its columns, and meet no box on their way.
import { Call, Diagram } from "./model";
import { measured, MeasuredBox, Point, Rectangle, TEXT_SIZE, textWidth } from "./measure";

/** A box in its place. */
export interface PlacedBox extends Rectangle, Pick<MeasuredBox, "box" | "name" | "lines"> {}

/** A call as a line, from the border of one box to that of another. */
export interface PlacedCall {
    call: Call;
    points: readonly Point[];
}

/** A text beside a line: the left or right end of its base line. */
export interface PlacedLabel extends Point {
    text: string;
    /** Whether the point is its right end. */
    before?: boolean;
}

/** A diagram in its place. */
export interface Layout {
    boxes: readonly PlacedBox[];
    calls: readonly PlacedCall[];
    labels: readonly PlacedLabel[];
    /** Around all that the environment makes. */
    frame: Rectangle;
    width: number;
    height: number;
}

/** Between boxes of a column or row. */
const GAP = 24;
/** Between a box and a line that passes it. */
const CLEAR = 18;
/** From one line to the next: without a text, and with one. */
const NARROW = 9;
const LANE = 22;
const MARGIN = 24;
/** The frame's inner border; its title has a line of its own. */
const BORDER = 16;
const FRAME_TITLE = 22;

/** A column of boxes and the room to its left and right. */
interface Column {
    boxes: MeasuredBox[];
    x: number;
    width: number;
}

/** Calls with the same callee and the same text: they share their way below the grid. */
interface Bus {
    to: string;
    label: string;
    calls: Call[];
    /** Of a bus to a database. */
    down: boolean;
}

/** Places a diagram. */
export function layoutOf(diagram: Diagram): Layout {
    const boxes = diagram.boxes.map(measured);
    const of = (made: boolean, ...kinds: string[]) =>
        kinds.flatMap((kind) => boxes.filter(({ box }) => box.kind === kind && box.made === made));
    const apps = of(true, "app").sort((a, b) => (a.box.id < b.box.id ? -1 : 1));
    const databases = of(true, "database");
    const kindOf = (id: string) => boxes.find(({ box }) => box.id === id)?.box.kind;
    const isMade = (id: string) => boxes.find(({ box }) => box.id === id)?.box.made === true;

    // What stands where, and which calls take which way.
    const columns = {
        clients: of(false, "client"),
        controller: of(false, "ingress"),
        ingress: of(true, "canary", "ingress"),
        tracing: of(true, "query", "collector", "retention"),
        storage: of(true, "storage"),
        outside: of(false, "storage", "collector", "outside"),
    };
    const { calls } = diagram;
    const published = calls.filter(({ from }) => kindOf(from) === "client");
    const routes = calls.filter(({ from, to }) => kindOf(from) === "ingress" && kindOf(to) === "app");
    const reads = calls
        .filter(({ to, from }) => kindOf(to) === "query" && kindOf(from) !== "client")
        .sort((a, b) => (kindOf(a.from) === "canary" ? 0 : 1) - (kindOf(b.from) === "canary" ? 0 : 1));
    const canary = calls.filter(({ from, to }) => kindOf(from) === "canary" && kindOf(to) === "ingress");
    const stored = calls.filter(({ from, to }) => kindOf(to) === "storage" && columns.tracing.some(({ box }) => box.id === from));
    const order = [...columns.tracing, ...columns.outside].map(({ box }) => box.id);
    const buses = busesOf(
        calls.filter((call) => ![published, routes, reads, canary, stored].some((others) => others.includes(call))),
        (id) => kindOf(id) === "database",
        order,
    );
    const onward = buses.filter(({ down }) => !down);

    // From left to right.
    const rows = Math.max(1, Math.ceil(Math.sqrt(2 * apps.length)));
    const grid = Array.from({ length: Math.ceil(apps.length / rows) }, (_, index) =>
        apps.slice(index * rows, (index + 1) * rows),
    );
    const busesIn = (column: readonly MeasuredBox[]) =>
        // Those that go down stand nearer to the boxes: the others then cross none of them on their way to the right.
        [...buses.filter(({ down }) => down), ...onward].filter((bus) =>
            bus.calls.some(({ from }) => column.some(({ box }) => box.id === from)),
        );
    const widest = (texts: readonly { label: string }[]) => Math.max(0, ...texts.map(({ label }) => textWidth(label)));
    let right = MARGIN;
    const place = (own: MeasuredBox[], before: number, after: number): Column => {
        const width = Math.max(0, ...own.map((each) => each.width));
        const x = right + (own.length > 0 ? before : 0);
        right = own.length > 0 ? x + width + after : right;
        return { boxes: own, x, width };
    };
    const clients = place(columns.clients, 0, widest(published) + 2 * CLEAR);
    const fromController = columns.controller.length > 0;
    const leaving = (routes.length > 0 ? 1 : 0) + reads.length + onward.length;
    const controller = place(columns.controller, 0, 2 * CLEAR + widest(canary) + NARROW * 2);
    const frameLeft = right;
    const ingress = place(columns.ingress, BORDER, CLEAR + leaving * NARROW);
    right = Math.max(right, frameLeft + BORDER);
    const gridLeft = right;
    const gridColumns = grid.map((own) => place(own, CLEAR + NARROW, CLEAR + busesIn(own).length * NARROW));
    const gridRight = right;
    right += onward.length > 0 ? widest(onward) + CLEAR : 0;
    const toTracing = onward.filter(({ to }) => columns.tracing.some(({ box }) => box.id === to));
    const tracing = place(columns.tracing, CLEAR + toTracing.length * NARROW, 0);
    const storageGap = (inside: boolean) =>
        stored.some(({ to }) => isMade(to) === inside) ? widest(stored) + 3 * CLEAR : CLEAR;
    const storage = place(columns.storage, storageGap(true), 0);
    const frameRight = right + BORDER;
    right = frameRight;
    const toOutside = onward.length - toTracing.length;
    const outside = place(columns.outside, storageGap(false) + toOutside * NARROW, 0);

    // From above to below.
    const top = MARGIN * 2 + FRAME_TITLE + BORDER;
    const aboveLanes = [...reads.map(({ label }) => label), ...(routes.length > 0 ? [routesLabel(routes)] : [])];
    const gridTop = top + aboveLanes.length * LANE + CLEAR / 2;
    const rowHeights = Array.from({ length: rows }, (_, row) => Math.max(0, ...grid.map((own) => own[row]?.height ?? 0)));
    const gridHeight = rowHeights.reduce((sum, height) => sum + height, 0) + GAP * (rows - 1);
    const busy = (id: string) => (published.filter(({ to }) => to === id).length + 1) * LANE;
    const sides = [clients, controller, ingress, tracing, storage, outside];
    sides.forEach(({ boxes: own }) =>
        own.forEach((each) => {
            each.height = Math.max(each.height, busy(each.box.id), ...(each.box.kind === "client" ? [(published.length + 1) * LANE] : []));
        }),
    );
    const stackGap = canary.length > 0 && !fromController ? GAP + LANE : GAP;
    const heightOf = ({ boxes: own }: Column, gap: number) =>
        own.reduce((sum, { height }) => sum + height, 0) + gap * Math.max(0, own.length - 1);
    const bandHeight = Math.max(apps.length > 0 ? gridHeight : 0, ...sides.map((column) => heightOf(column, column === ingress ? stackGap : GAP)));
    const middle = gridTop + bandHeight / 2;

    const placed = new Map<string, PlacedBox>();
    const put = (own: MeasuredBox, x: number, y: number, width: number, height = own.height) => {
        const { box, name, lines } = own;
        placed.set(box.id, { box, name, lines, x, y: Math.round(y), width, height });
    };
    const stack = (column: Column, gap: number, from?: number) => {
        let y = from ?? middle - heightOf(column, gap) / 2;
        for (const own of column.boxes) {
            put(own, column.x, y, column.width);
            y += own.height + gap;
        }
    };
    stack(ingress, stackGap);
    stack(controller, GAP);
    stack(tracing, GAP);
    stack(outside, GAP);
    const center = ({ y, height }: Rectangle) => y + height / 2;
    const at = (id: string) => placed.get(id) as PlacedBox;
    const level = (column: Column, id: string | undefined) => {
        const beside = id === undefined ? undefined : placed.get(id);
        stack(column, GAP, beside && center(beside) - heightOf(column, GAP) / 2);
    };
    level(clients, published[0]?.to);
    level(storage, columns.tracing.find(({ box }) => box.kind === "collector")?.box.id);
    let rowTop = middle - gridHeight / 2;
    rowHeights.forEach((height, row) => {
        grid.forEach((own, index) => own[row] && put(own[row], gridColumns[index].x, rowTop, gridColumns[index].width, height));
        rowTop += height + GAP;
    });

    /** Where a line that leaves a box to the right turns. */
    const turnOf = (from: Pick<Column, "x" | "width">, index: number) => from.x + from.width + CLEAR / 2 + (index + 0.5) * NARROW;

    // The lanes below the grid: first those that go on to the right, then those that go down.
    const lines: PlacedCall[] = [];
    const labels: PlacedLabel[] = [];
    const laneY = new Map<Bus, number>();
    let bottom = gridTop + bandHeight + CLEAR / 2;
    for (const bus of buses) {
        bottom += bus.down ? NARROW : LANE;
        laneY.set(bus, bottom);
    }
    bottom += CLEAR;
    const taken = gridColumns.flatMap((column, index) => busesIn(grid[index]).map((_, turn) => turnOf(column, turn)));
    const drops = placeDatabases(databases, gridLeft, Math.max(right, gridLeft + 400) - gridLeft, bottom, put, taken);
    const frameBottom = Math.max(bottom, ...databases.map(({ box }) => at(box.id).y + at(box.id).height)) + BORDER;

    // Published ports: straight lines.
    published.forEach((call, index) => {
        const [from, to] = [at(call.from), at(call.to)];
        const y = slot(to, index, published.length);
        lines.push({ call, points: [{ x: from.x + from.width, y }, { x: to.x, y }] });
        labels.push({ text: call.label, x: from.x + from.width + CLEAR / 2, y: y - 5 });
    });

    // What leaves the ingress's column: the higher a line starts, the nearer to the box it turns and the higher its lane is.
    const upward = [...reads, ...routes.slice(0, 1)];
    const startOf = (call: Call | Bus, from: PlacedBox) => {
        const own = [
            ...upward.filter((each) => each.from === from.box.id),
            ...onward.filter((bus) => bus.calls.some((each) => each.from === from.box.id)),
        ];
        const extra = fromController && from.box.kind === "ingress" ? canary.length : 0;
        return slot(from, own.indexOf(call), own.length + extra);
    };
    upward.forEach((call, index) => {
        const from = at(call.from);
        const y = top + (index + 1) * LANE - CLEAR / 2;
        const [startY, turnX] = [startOf(call, from), turnOf(from, index)];
        const start = [{ x: from.x + from.width, y: startY }, { x: turnX, y: startY }, { x: turnX, y }];
        labels.push({ text: aboveLanes[index], x: Math.max(gridLeft, turnX) + CLEAR / 2, y: y - 5 });
        if (kindOf(call.to) === "query") {
            const to = at(call.to);
            const x = to.x + (to.width * (reads.length - index)) / (reads.length + 1);
            lines.push({ call, points: [...start, { x, y }, { x, y: to.y }] });
            return;
        }
        for (const route of routes) {
            const to = at(route.to);
            const x = to.x - CLEAR;
            const end = center(to);
            lines.push({ call: route, points: [...start, { x, y }, { x, y: end }, { x: to.x, y: end }] });
        }
    });

    // The canary: down to the ingress, or back to the controller outside.
    for (const call of canary) {
        const [from, to] = [at(call.from), at(call.to)];
        if (fromController) {
            const y = slot(to, 1, 2);
            const x = to.x + to.width + 2 * CLEAR;
            lines.push({ call, points: [{ x: from.x, y: center(from) }, { x, y: center(from) }, { x, y }, { x: to.x + to.width, y }] });
            labels.push({ text: call.label, x: frameLeft - CLEAR / 2, y: center(from) - 5, before: true });
        } else {
            const x = from.x + from.width / 2;
            lines.push({ call, points: [{ x, y: from.y + from.height }, { x, y: to.y }] });
            labels.push({ text: call.label, x: x - 6, y: (from.y + from.height + to.y) / 2 + 4, before: true });
        }
    }

    // To the storage.
    const bySource = [...stored].sort((a, b) => at(a.from).y - at(b.from).y);
    bySource.forEach((call, index) => {
        const [from, to] = [at(call.from), at(call.to)];
        const [y, end] = [center(from), slot(to, index, bySource.length)];
        // What is said of a line that leaves the frame stands outside of it.
        const side = isMade(call.to) ? from.x + from.width : frameRight;
        const x = side + CLEAR + textWidth(call.label) + CLEAR / 2;
        lines.push({ call, points: [{ x: from.x + from.width, y }, { x, y }, { x, y: end }, { x: to.x, y: end }] });
        labels.push({ text: call.label, x: side + CLEAR / 2, y: y - 5 });
    });

    // What apps and the ingress call.
    for (const bus of buses) {
        const y = laneY.get(bus) as number;
        const to = at(bus.to);
        const end = bus.down ? dropTo(drops.get(bus.to) as number, to) : entryOf(bus, onward, to, at);
        for (const call of bus.calls) {
            const from = at(call.from);
            const column = grid.findIndex((own) => own.some(({ box }) => box.id === call.from));
            const own = column < 0 ? [] : busesIn(grid[column]);
            const mine = own.filter((each) => each.calls.some((other) => other.from === call.from));
            const startY = column < 0 ? startOf(bus, from) : slot(from, mine.length - 1 - mine.indexOf(bus), mine.length);
            const turnX = turnOf(from, column < 0 ? upward.length + onward.indexOf(bus) : own.indexOf(bus));
            lines.push({
                call,
                points: [{ x: from.x + from.width, y: startY }, { x: turnX, y: startY }, { x: turnX, y }, ...end(y)],
            });
        }
        if (!bus.down) {
            labels.push({ text: bus.label, x: gridRight + CLEAR / 2, y: y - 5 });
        }
    }

    const all = [...placed.values()];
    const frameX = fromController || columns.clients.length > 0 ? frameLeft : MARGIN;
    const frame = { x: frameX, y: MARGIN * 2, width: frameRight - frameX, height: frameBottom - MARGIN * 2 };
    return {
        boxes: diagram.boxes.flatMap(({ id }) => placed.get(id) ?? []),
        calls: lines.map(({ call, points }) => ({ call, points: straightened(points) })),
        labels,
        frame,
        width: Math.ceil(Math.max(frame.x + frame.width, ...all.map(({ x, width }) => x + width)) + MARGIN),
        height: Math.ceil(Math.max(frame.y + frame.height, ...all.map(({ y, height }) => y + height)) + MARGIN),
    };
}

/** What the lane to the apps says: one port, where they have one. */
function routesLabel(routes: readonly Call[]): string {
    const labels = new Set(routes.map(({ label }) => label));
    return labels.size === 1 ? [...labels][0] : "HTTP :port of each app";
}

/** The buses: in the order of what they lead to, then those to databases. */
function busesOf(calls: readonly Call[], isDown: (id: string) => boolean, order: readonly string[]): Bus[] {
    const buses = new Map<string, Bus>();
    for (const call of calls) {
        const key = `${call.to} ${call.label}`;
        const bus = buses.get(key) ?? { to: call.to, label: call.label, calls: [], down: isDown(call.to) };
        bus.calls.push(call);
        buses.set(key, bus);
    }
    const rank = ({ to, down }: Bus) => (down ? order.length : order.indexOf(to));
    return [...buses.values()].sort((a, b) => rank(a) - rank(b) || (`${a.to} ${a.label}` < `${b.to} ${b.label}` ? -1 : 1));
}

/** The height of one of several lines on the side of a box. */
function slot({ y, height }: Rectangle, index: number, count: number): number {
    return y + (height * (index + 1)) / (count + 1);
}

/** How a line that comes from a lane enters the left side of a box: the higher the lane, the higher and the earlier. */
function entryOf(bus: Bus, onward: readonly Bus[], to: PlacedBox, at: (id: string) => PlacedBox): (y: number) => Point[] {
    const same = onward.filter((other) => other.to === bus.to);
    const column = onward.filter((other) => at(other.to).x === to.x);
    const x = to.x - CLEAR - (column.length - 1 - column.indexOf(bus)) * NARROW;
    const end = slot(to, same.indexOf(bus), same.length);
    return (y) => [{ x, y }, { x, y: end }, { x: to.x, y: end }];
}

function dropTo(x: number, to: PlacedBox): (y: number) => Point[] {
    const end = to.y + to.height / 2;
    return (y) => [{ x, y }, { x, y: end }, { x: to.x, y: end }];
}

/** Databases in rows; gives where the line to each goes down, left of its box and of the lines to those above it. */
function placeDatabases(
    databases: readonly MeasuredBox[],
    left: number,
    room: number,
    top: number,
    put: (own: MeasuredBox, x: number, y: number, width: number, height: number) => void,
    taken: readonly number[],
): Map<string, number> {
    const width = Math.max(0, ...databases.map((own) => own.width));
    const height = Math.max(0, ...databases.map((own) => own.height));
    const fitting = (rows: number) => Math.max(1, Math.floor(room / (width + CLEAR + rows * NARROW)));
    let rows = 1;
    while (rows * fitting(rows) < databases.length) {
        rows++;
    }
    const gutter = CLEAR + rows * NARROW;
    const drops = new Map<string, number>();
    databases.forEach((own, index) => {
        const [row, column] = [Math.floor(index / fitting(rows)), index % fitting(rows)];
        const x = left + gutter + column * (width + gutter);
        put(own, x, top + row * (height + GAP), width, height);
        const drop = x - CLEAR - row * NARROW;
        // A line that comes down to a lane and one that goes on down from another must not look like one.
        const isFree = (place: number) => taken.every((other) => Math.abs(other - place) >= NARROW / 3);
        drops.set(own.box.id, [drop, drop - NARROW / 2, drop + NARROW / 2].find(isFree) ?? drop);
    });
    return drops;
}

/** Points in whole pixels, without those on a straight line between their neighbours. */
function straightened(points: readonly Point[]): Point[] {
    const whole = points.map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) }));
    return whole.filter((point, index) => {
        const [before, after] = [whole[index - 1], whole[index + 1]];
        const isBetween =
            before && after && ((before.x === point.x && point.x === after.x) || (before.y === point.y && point.y === after.y));
        return !isBetween && !(before && before.x === point.x && before.y === point.y);
    });
}

/** The rectangle that a label covers. */
export function labelArea({ text, x, y, before }: PlacedLabel): Rectangle {
    const width = textWidth(text);
    return { x: before ? x - width : x, y: y - TEXT_SIZE, width, height: TEXT_SIZE + 3 };
}
