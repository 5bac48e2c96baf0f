// Drawings of environments in a real browser: that all text is where the layout took it to be, in light and in dark.
import { pathToFileURL } from "node:url";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import type { Browser } from "playwright-core";

import { diagramOf } from "../../scripts/diagram/model";
import { svgOf } from "../../scripts/diagram/svg";
import { recordNotRun } from "../../scripts/tests/notRun";
import { ENVIRONMENTS, factsOf } from "../unit/scripts/diagram/environments";
import { startBrowser } from "./support/browser";

// Run in the page: texts that reach over the border of their box or of the picture, and the colours of both.
const CUT = `(() => {
    const inside = (inner, outer) => inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom;
    const picture = document.querySelector(".paper").getBoundingClientRect();
    return [...document.querySelectorAll("text")]
        .filter((text) => {
            const box = text.parentElement.querySelector(":scope > .box");
            return !inside(text.getBoundingClientRect(), box ? box.getBoundingClientRect() : picture);
        })
        .map((text) => text.textContent);
})()`;
const OVERLAPPING = `(() => {
    const placed = [...document.querySelectorAll(".box, .label")].map((element) => ({ element, ...element.getBoundingClientRect().toJSON() }));
    const name = ({ element }) => element.textContent || element.parentElement.textContent.trim();
    return placed.flatMap((a, index) =>
        placed
            .slice(index + 1)
            .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
            .map((b) => name(a) + " and " + name(b)),
    );
})()`;
const COLOURS = `["text", ".paper"].map((name) => getComputedStyle(document.querySelector(name)).fill)`;

let browser: Browser | undefined;
let folder: string;

beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "diagram-"));
    try {
        browser = await startBrowser();
    } catch (error) {
        recordNotRun(`diagrams in a browser: ${(error as Error).message.split("\n")[0]}`);
    }
});

afterAll(async () => {
    await browser?.close();
    fs.rmSync(folder, { recursive: true });
});

describe.each(Object.entries(ENVIRONMENTS))("the SVG of %s", (name, settings) => {
    it.each(["light", "dark"] as const)("is whole in %s, and asks for nothing else", async (colorScheme) => {
        if (!browser) {
            return;
        }
        const file = path.join(folder, `${name.replaceAll(" ", "-")}.svg`);
        fs.writeFileSync(file, svgOf(diagramOf(factsOf(settings))));
        const page = await browser.newPage({ colorScheme });
        const requests: string[] = [];
        page.on("request", (request) => requests.push(request.url()));
        await page.goto(pathToFileURL(file).href);
        expect(await page.evaluate<string[]>(CUT)).toEqual([]);
        expect(await page.evaluate<string[]>(OVERLAPPING)).toEqual([]);
        const [text, paper] = (await page.evaluate<string[]>(COLOURS)).map(brightness);
        expect(colorScheme === "light" ? paper - text : text - paper).toBeGreaterThan(180);
        expect(requests).toHaveLength(1);
        await page.close();
    });
});

/** The brightness of a colour such as `rgb(31, 35, 40)`, from 0 to 255. */
function brightness(colour: string): number {
    const parts = (colour.match(/\d+/g) ?? []).slice(0, 3).map(Number);
    return parts.reduce((sum, part) => sum + part, 0) / parts.length;
}
