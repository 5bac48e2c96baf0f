// Where everything stands (pure). The parts of an environment and the ways between them are always the same, so this needs
// no general algorithm: clients, ingress, apps, tracing and storage stand from left to right, databases below the apps.
//
// Apps stand in a grid, so that thirty of them are still a picture of one page. Lines are horizontal and vertical, in lanes
// above and below the grid and in gutters beside each of its columns, and meet no box on their way.
import { Call, Diagram, Kind } from "./model";
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

/** What stands where, and which calls take which way. */
interface Cast {
    clients: MeasuredBox[];
    controller: MeasuredBox[];
    ingress: MeasuredBox[];
    grid: MeasuredBox[][];
    tracing: MeasuredBox[];
    storage: MeasuredBox[];
    outside: MeasuredBox[];
    databases: MeasuredBox[];
    /** From clients to the ingress. */
    published: Call[];
    /** From the ingress to the apps. */
    routes: Call[];
    /** To the query role. */
    reads: Call[];
    /** From the canary to the ingress. */
    canary: Call[];
    /** To the storage. */
    stored: Call[];
    /** All others, which go below the grid. */
    buses: Bus[];
    /** Those of them that go on to the right. */
    onward: Bus[];
}

/** Where the columns stand. */
interface Across extends Record<"clients" | "controller" | "ingress" | "tracing" | "storage" | "outside", Column> {
    grid: Column[];
    gridLeft: number;
    gridRight: number;
    frameLeft: number;
    frameRight: number;
    right: number;
}

/** Where the boxes stand, and the lanes. */
interface Placed {
    boxes: Map<string, PlacedBox>;
    top: number;
    lanes: Map<Bus, number>;
    /** Where the line to each database goes down. */
    drops: Map<string, number>;
    bottom: number;
}

/** A part of the lines with their texts. */
interface Drawing {
    calls: PlacedCall[];
    labels: PlacedLabel[];
}

/** Places a diagram. */
export function layoutOf(diagram: Diagram): Layout {
    const cast = castOf(diagram);
    const across = acrossOf(cast);
    const placed = placedOf(cast, across);
    const drawings = [publishedLines, upwardLines, canaryLines, storageLines, busLines].map((lines) => lines(cast, across, placed));
    const boxes = diagram.boxes.flatMap(({ id }) => placed.boxes.get(id) ?? []);
    const [x, y] = [across.frameLeft, 2 * MARGIN];
    const frame = { x, y, width: across.frameRight - x, height: placed.bottom + BORDER - y };
    return {
        boxes,
        calls: drawings.flatMap(({ calls }) => calls).map(({ call, points }) => ({ call, points: straightened(points) })),
        labels: drawings.flatMap(({ labels }) => labels),
        frame,
        width: Math.ceil(Math.max(...[frame, ...boxes].map((each) => each.x + each.width)) + MARGIN),
        height: Math.ceil(Math.max(...[frame, ...boxes].map((each) => each.y + each.height)) + MARGIN),
    };
}

function castOf({ boxes: all, calls }: Diagram): Cast {
    const boxes = all.map(measured);
    const of = (made: boolean, ...kinds: Kind[]) =>
        kinds.flatMap((kind) => boxes.filter(({ box }) => box.kind === kind && box.made === made));
    const kindOf = (id: string) => boxes.find(({ box }) => box.id === id)?.box.kind;
    const between = (from: Kind | undefined, to: Kind) =>
        calls.filter((call) => kindOf(call.to) === to && (from === undefined || kindOf(call.from) === from));

    const apps = of(true, "app").sort((a, b) => (a.box.id < b.box.id ? -1 : 1));
    const rows = rowsFor(apps.length);
    const tracing = of(true, "query", "collector", "retention");
    const outside = of(false, "storage", "collector", "outside");
    const ways = {
        published: calls.filter(({ from }) => kindOf(from) === "client"),
        routes: between("ingress", "app"),
        reads: [...between("canary", "query"), ...between("ingress", "query")],
        canary: between("canary", "ingress"),
        stored: between(undefined, "storage"),
    };
    const buses = busesOf(
        calls.filter((call) => !Object.values(ways).some((way) => way.includes(call))),
        (id) => kindOf(id) === "database",
        [...tracing, ...outside].map(({ box }) => box.id),
    );
    // The sides of these have room for a line of each call.
    const clients = of(false, "client");
    const height = (ways.published.length + 1) * LANE;
    boxes
        .filter(({ box }) => ways.published.some(({ from, to }) => from === box.id || to === box.id))
        .forEach((each) => (each.height = Math.max(each.height, height)));
    return {
        ...ways,
        clients,
        controller: of(false, "ingress"),
        ingress: of(true, "canary", "ingress"),
        grid: Array.from({ length: Math.ceil(apps.length / rows) }, (_, index) => apps.slice(index * rows, (index + 1) * rows)),
        tracing,
        storage: of(true, "storage"),
        outside,
        databases: of(true, "database"),
        buses,
        onward: buses.filter(({ down }) => !down),
    };
}

/** The rows of the grid: about half as many columns, for boxes are wide. */
function rowsFor(apps: number): number {
    return Math.max(1, Math.ceil(Math.sqrt(2 * apps)));
}

/** The buses that a column of apps has calls on, from its boxes on. */
function busesIn(column: readonly MeasuredBox[], { buses, onward }: Cast): Bus[] {
    // Those that go down stand nearer to the boxes: the others then cross none of them on their way to the right.
    return [...buses.filter(({ down }) => down), ...onward].filter((bus) =>
        bus.calls.some(({ from }) => column.some(({ box }) => box.id === from)),
    );
}

function isOf(id: string, column: readonly MeasuredBox[]): boolean {
    return column.some(({ box }) => box.id === id);
}

/** From left to right. */
function acrossOf(cast: Cast): Across {
    const { published, routes, reads, canary, stored, onward } = cast;
    const widest = (texts: readonly { label: string }[]) => Math.max(0, ...texts.map(({ label }) => textWidth(label)));
    let right = MARGIN;
    const place = (own: MeasuredBox[], before: number, after: number): Column => {
        const width = Math.max(0, ...own.map((each) => each.width));
        const x = right + (own.length > 0 ? before : 0);
        right = own.length > 0 ? x + width + after : right;
        return { boxes: own, x, width };
    };
    const storageGap = (column: readonly MeasuredBox[]) =>
        stored.some(({ to }) => isOf(to, column)) ? widest(stored) + 3 * CLEAR : CLEAR;
    const toTracing = onward.filter(({ to }) => isOf(to, cast.tracing)).length;
    const leaving = (routes.length > 0 ? 1 : 0) + reads.length + onward.length;

    const clients = place(cast.clients, 0, widest(published) + 2 * CLEAR);
    const controller = place(cast.controller, 0, 2 * CLEAR + widest(canary) + 2 * NARROW);
    const frameLeft = right;
    const ingress = place(cast.ingress, BORDER, CLEAR + leaving * NARROW);
    right = Math.max(right, frameLeft + BORDER);
    const gridLeft = right;
    const grid = cast.grid.map((own) => place(own, CLEAR + NARROW, CLEAR + busesIn(own, cast).length * NARROW));
    const gridRight = right;
    right += onward.length > 0 ? widest(onward) + CLEAR : 0;
    const tracing = place(cast.tracing, CLEAR + toTracing * NARROW, 0);
    const storage = place(cast.storage, storageGap(cast.storage), 0);
    right += BORDER;
    const frameRight = right;
    const outside = place(cast.outside, storageGap(cast.outside) + (onward.length - toTracing) * NARROW, 0);
    return { clients, controller, ingress, grid, tracing, storage, outside, gridLeft, gridRight, frameLeft, frameRight, right };
}

/** From above to below. */
function placedOf(cast: Cast, across: Across): Placed {
    const { grid, routes, reads, canary, published, buses } = cast;
    const boxes = new Map<string, PlacedBox>();
    const put = ({ box, name, lines }: MeasuredBox, x: number, y: number, width: number, height: number) =>
        boxes.set(box.id, { box, name, lines, x, y: Math.round(y), width, height });

    const top = MARGIN * 2 + FRAME_TITLE + BORDER;
    const gridTop = top + (reads.length + (routes.length > 0 ? 1 : 0)) * LANE + CLEAR / 2;
    const rowHeights = (grid[0] ?? []).map((_, row) => Math.max(...grid.map((own) => own[row]?.height ?? 0)));
    const gridHeight = sum(rowHeights) + GAP * Math.max(0, rowHeights.length - 1);
    const gapOf = (column: Column) => (column === across.ingress && canary.length > 0 && cast.controller.length === 0 ? GAP + LANE : GAP);
    const heightOf = (column: Column) =>
        sum(column.boxes.map(({ height }) => height)) + gapOf(column) * Math.max(0, column.boxes.length - 1);
    const sides = [across.clients, across.controller, across.ingress, across.tracing, across.storage, across.outside];
    const bandHeight = Math.max(gridHeight, ...sides.map(heightOf));
    const middle = gridTop + bandHeight / 2;

    const stack = (column: Column, center: number) =>
        column.boxes.reduce((y, own) => {
            put(own, column.x, y, column.width, own.height);
            return y + own.height + gapOf(column);
        }, center - heightOf(column) / 2);
    const level = (column: Column, id: string | undefined) => {
        const beside = boxes.get(id ?? "");
        stack(column, beside ? centerOf(beside) : middle);
    };
    [across.ingress, across.controller, across.tracing, across.outside].forEach((column) => stack(column, middle));
    level(across.clients, published[0]?.to);
    level(across.storage, cast.tracing.find(({ box }) => box.kind === "collector")?.box.id);
    rowHeights.reduce((y, height, row) => {
        grid.forEach((own, index) => own[row] && put(own[row], across.grid[index].x, y, across.grid[index].width, height));
        return y + height + GAP;
    }, middle - gridHeight / 2);

    // The lanes below the grid: first those that go on to the right, then those that go down.
    const lanes = new Map<Bus, number>();
    let bottom = gridTop + bandHeight + CLEAR / 2;
    for (const bus of buses) {
        bottom += bus.down ? NARROW : LANE;
        lanes.set(bus, bottom);
    }
    bottom += CLEAR;
    const taken = across.grid.flatMap((column, index) => busesIn(grid[index], cast).map((_, turn) => turnOf(column, turn)));
    const room = Math.max(across.right - across.gridLeft, 400);
    const drops = placeDatabases(cast.databases, across.gridLeft, room, bottom, put, taken);
    const ends = cast.databases.map(({ box }) => boxes.get(box.id) as PlacedBox).map(({ y, height }) => y + height);
    return { boxes, top, lanes, drops, bottom: Math.max(bottom, ...ends) };
}

function sum(numbers: readonly number[]): number {
    return numbers.reduce((total, each) => total + each, 0);
}

function centerOf({ y, height }: Rectangle): number {
    return y + height / 2;
}

function rightOf({ x, width }: Pick<Rectangle, "x" | "width">): number {
    return x + width;
}

/** Where a line that leaves a box to the right turns. */
function turnOf(from: Pick<Rectangle, "x" | "width">, index: number): number {
    return rightOf(from) + CLEAR / 2 + (index + 0.5) * NARROW;
}

/** Published ports: straight lines. */
function publishedLines({ published }: Cast, _: Across, { boxes }: Placed): Drawing {
    const each = published.map((call, index) => {
        const [from, to] = [boxes.get(call.from), boxes.get(call.to)] as [PlacedBox, PlacedBox];
        const [x, y] = [rightOf(from), slot(to, index, published.length)];
        return { call, points: [{ x, y }, { x: to.x, y }], label: { text: call.label, x: x + CLEAR / 2, y: y - 5 } };
    });
    return { calls: each, labels: each.map(({ label }) => label) };
}

/** What leaves the ingress's column upward; the routes of all apps begin as one. */
function upwardOf({ reads, routes }: Cast): Call[] {
    return [...reads, ...routes.slice(0, 1)];
}

/** Where a line starts that leaves the ingress's column: in the order of the lanes that they go to. */
function startOf(line: Call | Bus, from: PlacedBox, cast: Cast): number {
    const own = [
        ...upwardOf(cast).filter((each) => each.from === from.box.id),
        ...cast.onward.filter((bus) => bus.calls.some((each) => each.from === from.box.id)),
    ];
    // At a controller the canary's line ends on the same side.
    const ending = from.box.made ? 0 : cast.canary.length;
    return slot(from, own.indexOf(line), own.length + ending);
}

/** To the query role and to the apps: the higher a line starts, the nearer to the box it turns and the higher its lane is. */
function upwardLines(cast: Cast, { gridLeft }: Across, { boxes, top }: Placed): Drawing {
    const { reads, routes } = cast;
    const drawing: Drawing = { calls: [], labels: [] };
    upwardOf(cast).forEach((call, index) => {
        const [from, to] = [boxes.get(call.from), boxes.get(call.to)] as [PlacedBox, PlacedBox];
        const y = top + (index + 1) * LANE - CLEAR / 2;
        const [startY, turnX] = [startOf(call, from, cast), turnOf(from, index)];
        const start = [{ x: rightOf(from), y: startY }, { x: turnX, y: startY }, { x: turnX, y }];
        const isRead = index < reads.length;
        drawing.labels.push({
            text: isRead ? call.label : routesLabel(routes),
            x: Math.max(gridLeft, turnX) + CLEAR / 2,
            y: y - 5,
        });
        if (isRead) {
            const x = to.x + (to.width * (reads.length - index)) / (reads.length + 1);
            drawing.calls.push({ call, points: [...start, { x, y }, { x, y: to.y }] });
            return;
        }
        for (const route of routes) {
            const app = boxes.get(route.to) as PlacedBox;
            const [x, end] = [app.x - CLEAR, centerOf(app)];
            drawing.calls.push({ call: route, points: [...start, { x, y }, { x, y: end }, { x: app.x, y: end }] });
        }
    });
    return drawing;
}

/** The canary: down to the ingress, or back to the controller outside. */
function canaryLines({ canary }: Cast, { frameLeft }: Across, { boxes }: Placed): Drawing {
    const each = canary.map((call) => {
        const [from, to] = [boxes.get(call.from), boxes.get(call.to)] as [PlacedBox, PlacedBox];
        if (to.box.made) {
            const [x, y] = [from.x + from.width / 2, from.y + from.height];
            const label = { text: call.label, x: x - 6, y: (y + to.y) / 2 + 4, before: true };
            return { call, points: [{ x, y }, { x, y: to.y }], label };
        }
        const [x, y, end] = [rightOf(to) + 2 * CLEAR, centerOf(from), slot(to, 1, 2)];
        const label = { text: call.label, x: frameLeft - CLEAR / 2, y: y - 5, before: true };
        return { call, points: [{ x: from.x, y }, { x, y }, { x, y: end }, { x: rightOf(to), y: end }], label };
    });
    return { calls: each, labels: each.map(({ label }) => label) };
}

/** To the storage, one below the other. */
function storageLines({ stored }: Cast, { frameRight }: Across, { boxes }: Placed): Drawing {
    const at = (id: string) => boxes.get(id) as PlacedBox;
    const each = [...stored]
        .sort((a, b) => at(a.from).y - at(b.from).y)
        .map((call, index) => {
            const [from, to] = [at(call.from), at(call.to)];
            const [y, end] = [centerOf(from), slot(to, index, stored.length)];
            // What is said of a line that leaves the frame stands outside of it.
            const side = to.box.made ? rightOf(from) : frameRight;
            const x = side + CLEAR + textWidth(call.label) + CLEAR / 2;
            const label = { text: call.label, x: side + CLEAR / 2, y: y - 5 };
            return { call, points: [{ x: rightOf(from), y }, { x, y }, { x, y: end }, { x: to.x, y: end }], label };
        });
    return { calls: each, labels: each.map(({ label }) => label) };
}

/** What apps and the ingress call, by the lanes below the grid. */
function busLines(cast: Cast, { gridRight }: Across, { boxes, lanes, drops }: Placed): Drawing {
    const { grid, buses, onward } = cast;
    const at = (id: string) => boxes.get(id) as PlacedBox;
    const calls = buses.flatMap((bus) => {
        const y = lanes.get(bus) as number;
        const end = bus.down ? dropTo(drops.get(bus.to) as number, at(bus.to)) : entryOf(bus, onward, at(bus.to), at);
        return bus.calls.map((call): PlacedCall => {
            const from = at(call.from);
            const column = grid.find((own) => isOf(call.from, own));
            const own = column ? busesIn(column, cast) : [];
            const mine = own.filter((each) => each.calls.some((other) => other.from === call.from));
            const startY = column ? slot(from, mine.length - 1 - mine.indexOf(bus), mine.length) : startOf(bus, from, cast);
            const x = turnOf(from, column ? own.indexOf(bus) : upwardOf(cast).length + onward.indexOf(bus));
            return { call, points: [{ x: rightOf(from), y: startY }, { x, y: startY }, { x, y }, ...end(y)] };
        });
    });
    const labels = onward.map((bus) => ({ text: bus.label, x: gridRight + CLEAR / 2, y: (lanes.get(bus) as number) - 5 }));
    return { calls, labels };
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
