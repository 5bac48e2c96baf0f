// The drawings: reviewed ones, that nothing in them overlaps or is cut, that Mermaid can read them, and no secret in them.
import * as path from "node:path";

import { labelArea, Layout, layoutOf } from "../../../../scripts/diagram/layout";
import { NAME_SIZE, Point, Rectangle, textLines, textWidth, wrapped } from "../../../../scripts/diagram/measure";
import { mermaidOf } from "../../../../scripts/diagram/mermaid";
import { Call, Diagram, diagramOf } from "../../../../scripts/diagram/model";
import { Drawn, strokesOf } from "../../../../scripts/diagram/strokes";
import { svgOf } from "../../../../scripts/diagram/svg";
import { expectGolden } from "../../../helpers/golden";
import { apps, CIPHER, ENVIRONMENTS, factsOf } from "./environments";

const ALL = Object.entries(ENVIRONMENTS).map(([name, settings]): [string, Diagram] => [name, diagramOf(factsOf(settings))]);

/** Environments with so many apps, and some whose databases stand in several rows. */
const GROWING = Array.from({ length: 31 }, (_, count): [string, Diagram] => [
    `${count} apps`,
    diagramOf(factsOf({ engine: "unix:///var/run/docker.sock", ...apps(count), ...(count % 2 ? { canary: { interval: "5m" } } : {}) })),
]);
const MANY_DATABASES: [string, Diagram] = [
    "30 apps, each with a database",
    diagramOf(
        factsOf({
            engine: "unix:///var/run/docker.sock",
            databases: Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`database-${index}`, {}])),
            apps: Object.fromEntries(
                Array.from({ length: 30 }, (_, index) => [
                    `app-${index}`,
                    { image: "registry.example.org/app:1", command: ["serve"], database: `database-${index}` },
                ]),
            ),
        }),
    ),
];

describe.each([
    ["one app", "1"],
    ["three apps", "3"],
    ["thirty apps", "30"],
])("%s", (name, file) => {
    const diagram = diagramOf(factsOf(ENVIRONMENTS[name]));

    it("is the reviewed SVG, whenever it is drawn", () => {
        expectGolden(path.join(__dirname, `golden/${file}.svg`), svgOf(diagram));
        expect(svgOf(diagramOf(factsOf(ENVIRONMENTS[name])))).toBe(svgOf(diagram));
    });

    it("is the reviewed flowchart", () => {
        expectGolden(path.join(__dirname, `golden/${file}.mmd`), mermaidOf(diagram));
    });
});

const overlaps = (a: Rectangle, b: Rectangle) =>
    a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const isWithin = (inner: Rectangle, outer: Rectangle) =>
    inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height;

const pairs = <T>(list: readonly T[]) => list.flatMap((one, index) => list.slice(index + 1).map((other): [T, T] => [one, other]));

/** Whether a piece of a line goes through the inside of a rectangle. */
const passes = (from: Point, to: Point, { x, y, width, height }: Rectangle) =>
    Math.max(from.x, to.x) > x && Math.min(from.x, to.x) < x + width && Math.max(from.y, to.y) > y && Math.min(from.y, to.y) < y + height;

const isOnBorder = ({ x, y }: Point, box: Rectangle) =>
    ((x === box.x || x === box.x + box.width) && y > box.y && y < box.y + box.height) ||
    ((y === box.y || y === box.y + box.height) && x > box.x && x < box.x + box.width);

describe.each([...ALL, ...GROWING, MANY_DATABASES])("the layout of %s", (_, diagram) => {
    const layout: Layout = layoutOf(diagram);
    const boxOf = (id: string) => layout.boxes.find(({ box }) => box.id === id)!;

    it("has every box and every call", () => {
        expect(layout.boxes.map(({ box }) => box.id)).toEqual(diagram.boxes.map(({ id }) => id));
        expect(layout.calls.map(({ call }) => call).sort(byText)).toEqual([...diagram.calls].sort(byText));
    });

    it("has no boxes that overlap, and no text on a box or on another text", () => {
        const areas = layout.labels.map((label) => ({ ...labelArea(label), name: label.text }));
        const rectangles = [...layout.boxes.map((box) => ({ ...rectangleOf(box), name: box.box.id })), ...areas];
        expect(pairs(rectangles).filter(([a, b]) => overlaps(a, b)).map(([a, b]) => `${a.name} and ${b.name}`)).toEqual([]);
    });

    it("has all text within its box, and nothing outside of the picture", () => {
        const picture = { x: 0, y: 0, width: layout.width, height: layout.height };
        const cut = layout.boxes.flatMap((box) =>
            textLines(box, box)
                .map(({ text, isName, x, y }) => {
                    const size = isName ? NAME_SIZE : 12;
                    return { text, x, y: y - size, width: textWidth(text, size), height: size + 3 };
                })
                .filter((text) => !isWithin(text, box)),
        );
        expect(cut).toEqual([]);
        const all = [layout.frame, ...layout.boxes.map(rectangleOf), ...layout.labels.map(labelArea)];
        expect(all.filter((each) => !isWithin(each, picture))).toEqual([]);
        const inside = layout.boxes.filter(({ box }) => box.made);
        expect(inside.filter((box) => !isWithin(box, layout.frame))).toEqual([]);
        expect(layout.boxes.filter((box) => !box.box.made && overlaps(box, layout.frame))).toEqual([]);
    });

    it("has lines from box to box that meet no other box", () => {
        for (const { call, points } of layout.calls) {
            const name = `${call.from} > ${call.to}`;
            const pieces = points.slice(1).map((to, index): [Point, Point] => [points[index], to]);
            expect({
                name,
                starts: isOnBorder(points[0], boxOf(call.from)),
                ends: isOnBorder(points.at(-1)!, boxOf(call.to)),
                slanting: pieces.filter(([from, to]) => from.x !== to.x && from.y !== to.y),
                through: layout.boxes.filter((box) => pieces.some(([from, to]) => passes(from, to, box))).map(({ box }) => box.id),
                outside: points.filter(({ x, y }) => x < 0 || y < 0 || x > layout.width || y > layout.height),
            }).toEqual({ name, starts: true, ends: true, slanting: [], through: [], outside: [] });
        }
    });

    it("has no two calls of different kinds on the same line", () => {
        const pieces = layout.calls.flatMap(({ call, points }) =>
            points.slice(1).map((to, index) => ({ call, from: points[index], to })),
        );
        const way = ({ to, label }: Call) => (boxOf(to).box.kind === "app" ? "to the apps" : `${to} ${label}`);
        const shared = pairs(pieces).filter(([a, b]) => way(a.call) !== way(b.call) && covers(a, b));
        expect(shared.map(([a, b]) => [a.call, b.call])).toEqual([]);
    });
});

/** Whether two pieces have more than a point in common. */
function covers(a: { from: Point; to: Point }, b: { from: Point; to: Point }): boolean {
    const common = (axis: "x" | "y", other: "x" | "y") =>
        [a.from[other], a.to[other], b.from[other], b.to[other]].every((place) => place === a.from[other]) &&
        Math.min(Math.max(a.from[axis], a.to[axis]), Math.max(b.from[axis], b.to[axis])) >
            Math.max(Math.min(a.from[axis], a.to[axis]), Math.min(b.from[axis], b.to[axis]));
    return common("x", "y") || common("y", "x");
}

function byText(a: object, b: object): number {
    return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

function rectangleOf({ x, y, width, height }: Rectangle): Rectangle {
    return { x, y, width, height };
}

describe("an SVG", () => {
    it.each(ALL)("of %s is whole, says its title, and takes nothing from elsewhere", (_, diagram) => {
        const svg = svgOf(diagram);
        const open: string[] = [];
        for (const [, closes, name, rest] of svg.matchAll(/<(\/?)([a-zA-Z]+)((?:\s+[a-zA-Z-]+="[^"<]*")*\s*\/?)>/g)) {
            if (closes) {
                expect(open.pop()).toBe(name);
            } else if (!rest.endsWith("/")) {
                open.push(name);
            }
        }
        expect(open).toEqual([]);
        expect(svg).toContain(`<title id="title">${diagram.title}</title>`);
        expect(svg).toContain("prefers-color-scheme:dark");
        expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/<script|<image|@import|href|url\((?!#)|https?:\/\//);
    });

    it("shows what means something in XML as what it is", () => {
        const [, diagram] = ALL[0];
        const svg = svgOf({ ...diagram, title: `a <b> & "c"\u0000` });
        expect(svg).toContain("a &lt;b&gt; &amp; &quot;c&quot;");
        expect(svg).not.toContain("\u0000");
    });
});

/** What is written of Mermaid: https://mermaid.js.org/syntax/flowchart.html */
const TEXT = `"(?:[\\p{L}\\p{N} .,:/()_+-]|#\\d+;|<b>|</b>|<br/>)+"`;
const ID = "part_\\w+";
const LINES = [
    new RegExp(`^    (?:    )?${ID}(?:\\[${TEXT}\\]|\\(\\[${TEXT}\\]\\)|\\[\\(${TEXT}\\)\\])$`, "u"),
    new RegExp(`^    subgraph group\\d+ \\[${TEXT}\\]$`, "u"),
    /^ {4}end$/,
    new RegExp(`^    ${ID} (?:-->|-\\.->|==>)\\|${TEXT}\\| ${ID}$`, "u"),
    /^ {4}classDef other stroke-dasharray: 4 3$/,
    new RegExp(`^    class ${ID}(?:,${ID})* other$`),
    /^ {4}accTitle: [^;#{}%]+$/,
    /^ {4}accDescr \{$|^ {8}[^;#{}%]+\.$|^ {4}\}$/,
];

describe("a flowchart", () => {
    it.each([...ALL, MANY_DATABASES])("of %s has lines that Mermaid knows, and boxes for all that calls", (_, diagram) => {
        const [first, ...lines] = mermaidOf(diagram).trimEnd().replace(/^%%\{init: \{"flowchart": \{"nodeSpacing": 12\}\}\}%%\n/, "").split("\n");
        expect(first).toBe("flowchart LR");
        expect(lines.filter((line) => !LINES.some((form) => form.test(line)))).toEqual([]);
        const declared = lines.flatMap((line) => /^ {4,8}(part_\w+)[[(]/.exec(line)?.[1] ?? []);
        expect(new Set(declared).size).toBe(diagram.boxes.length);
        const used = lines.flatMap((line) => /^ {4}(part_\w+) [-=].*\| (part_\w+)$/.exec(line)?.slice(1) ?? []);
        expect(used).toHaveLength(2 * diagram.calls.length);
        expect(used.filter((id) => !declared.includes(id))).toEqual([]);
        expect(lines.filter((line) => / subgraph /.test(line))).toHaveLength(lines.filter((line) => line === "    end").length);
    });

    it("shows what means something in Mermaid or HTML as what it is", () => {
        const box = { id: "end", kind: "app" as const, name: 'a"<b>#1;', lines: ["`[x]{y}|z"], made: true };
        const [, diagram] = ALL[0];
        const text = mermaidOf({ ...diagram, boxes: [box, { ...box, id: "e-d" }, { ...box, id: "e.d" }], calls: [], groups: [] });
        expect(text).toContain('part_end["<b>a#34;#60;b#62;#35;1#59;</b><br/>#96;#91;x#93;#123;y#125;#124;z"]');
        expect(text.match(/^ {4}part_\w+/gm)).toEqual(["    part_end", "    part_e_d", "    part_e_d__1"]);
    });
});

describe("a secret", () => {
    it.each(ALL)("is in no drawing of %s", (_, diagram) => {
        const drawn = [svgOf(diagram), mermaidOf(diagram)].join("\n");
        for (const secret of [CIPHER, "not read", "pa55word", "secure", "/tenant", "/key"]) {
            expect(drawn).not.toContain(secret);
        }
    });
});

describe("lines that share a part of their way", () => {
    const drawn: Drawn = new Map();
    const strokes = (...points: [number, number][]) =>
        strokesOf(points.map(([x, y]) => ({ x, y })), drawn).map(({ points: own, startsOnLine, endsOnLine }) => ({
            way: own.map(({ x, y }) => `${x},${y}`).join(" "),
            dots: [startsOnLine, endsOnLine],
        }));

    it("are drawn once, with a dot where one leaves the other", () => {
        expect(strokes([0, 0], [10, 0], [10, 50], [20, 50])).toEqual([{ way: "0,0 10,0 10,50 20,50", dots: [false, false] }]);
        expect(strokes([0, 0], [10, 0], [10, 30], [20, 30])).toEqual([{ way: "10,30 20,30", dots: [true, false] }]);
        expect(strokes([0, 40], [10, 40], [10, 50], [20, 50])).toEqual([{ way: "0,40 10,40", dots: [false, true] }]);
        expect(strokes([0, 60], [10, 60], [10, -10])).toEqual([
            { way: "0,60 10,60 10,50", dots: [false, true] },
            { way: "10,0 10,-10", dots: [true, false] },
        ]);
        expect(strokes([0, 0], [10, 0], [10, 50], [20, 50])).toEqual([]);
    });
});

describe("a long text", () => {
    it.each([
        ["short", ["short"]],
        ["shop.a-department.example.org/orders", ["shop.a-department.", "example.org/orders"]],
        ["no route here to be seen", ["no route here to be", "seen"]],
        ["a".repeat(45), ["a".repeat(20), "a".repeat(20), "a".repeat(5)]],
        ["", []],
    ])("%s is broken where its parts end", (text, lines) => {
        expect(wrapped(text, 20)).toEqual(lines);
    });

    it("of another script is taken for twice as wide", () => {
        expect(textWidth("店舗")).toBe(textWidth("shop"));
    });
});
