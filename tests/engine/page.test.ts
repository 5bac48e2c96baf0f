// The page of a verification in a real browser, without JavaScript: what is to be seen, and where.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";

import type { Browser, Locator, Page } from "playwright-core";

import { recordNotRun } from "../../scripts/tests/notRun";
import { htmlReport } from "../../scripts/verify/page/page";
import { rowsOf } from "../../scripts/verify/waterfall";
import { recorded } from "../unit/verify/recorded";
import { reportOf } from "../unit/verify/reports";
import { span } from "../unit/verify/traces";
import { startBrowser } from "./support/browser";

const failed = recorded("trace-of-failed-request");
const LONG = "SELECT <script>alert(1)</script> FROM " + "a_table_with_a_long_name_".repeat(8);
const hard = [
    span("01", undefined, 0, 20, { attributes: { "url.path": "/" } }),
    span("02", "01", 1, 19, { name: "ReverseProxy", kind: "client" }),
    span("03", "02", 2, 18, { service: "a-service-with-a-rather-long-name-of-its-own", name: LONG }),
    ...Array.from({ length: 20 }, (_, depth) => span(`1${depth}`, depth === 0 ? "03" : `1${depth - 1}`, 3, 17, {})),
    span("50", "01", 20, 20, { name: "at the very end", kind: "internal" }),
];
const traces = [
    { instance: "traced-environment-dev-f2af6c-main-shop-0", spans: failed },
    { instance: "traced-environment-dev-f2af6c-main-shop-1", spans: hard },
];

// Run in the page: what reaches over the screen's edges, and the colours of text and ground.
const BESIDE_THE_SCREEN = `[...document.querySelectorAll("body *")]
    .filter((element) => element.closest("thead") === null)
    .filter((element) => {
        const { left, right } = element.getBoundingClientRect();
        return left < 0 || right > document.documentElement.clientWidth + 0.5;
    })
    .map((element) => element.outerHTML.slice(0, 80))`;
const COLOURS = `(({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.body))`;

let browser: Browser | undefined;
let folder: string;

beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "page-"));
    fs.writeFileSync(path.join(folder, "traces.html"), htmlReport(reportOf(traces)));
    try {
        browser = await startBrowser();
    } catch (error) {
        recordNotRun(`verify's page in a browser: ${(error as Error).message.split("\n")[0]}`);
    }
});

afterAll(async () => {
    await browser?.close();
    fs.rmSync(folder, { recursive: true });
});

/** Opens the page at a width, and gives what it asked the network for. */
async function open(
    { width, colorScheme }: { width: number; colorScheme: "light" | "dark" },
    look: (page: Page, requests: string[]) => Promise<void>,
): Promise<void> {
    if (!browser) {
        return;
    }
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, javaScriptEnabled: false });
    const page = await context.newPage();
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(path.join(folder, "traces.html")).href);
    await look(page, requests);
    await context.close();
}

describe.each([
    { width: 390, colorScheme: "light" as const },
    { width: 390, colorScheme: "dark" as const },
    { width: 1280, colorScheme: "light" as const },
    { width: 1280, colorScheme: "dark" as const },
])("the page at $width px, $colorScheme", (how) => {
    it("shows every span as a row of a table, in the waterfall's order, and asks for nothing else", async () => {
        await open(how, async (page, requests) => {
            for (const [index, { instance, spans }] of traces.entries()) {
                const table = page.getByRole("table").nth(index);
                expect(await table.locator("caption").innerText()).toContain(`Served by ${instance}`);
                const rows = rowsOf(spans);
                const shown = await table.getByRole("rowheader").allInnerTexts();
                expect(shown).toHaveLength(rows.length);
                rows.forEach(({ span: { name } }, row) => expect(shown[row]).toContain(name));
                const tops = (await boxes(table.locator("tbody tr"))).map(({ y }) => y);
                expect([...tops].sort((a, b) => a - b)).toEqual(tops);
            }
            expect(requests).toHaveLength(1);
            expect(await page.locator("script").count()).toBe(0);
        });
    });

    it("has nothing beside the screen, and bars to scale within their column", async () => {
        await open(how, async (page) => {
            const overflow = await page.evaluate<string[]>(BESIDE_THE_SCREEN);
            expect(overflow).toEqual([]);
            for (const [index, { spans }] of traces.entries()) {
                const table = page.getByRole("table").nth(index);
                const bars = await boxes(table.locator(".bar"));
                const tracks = await boxes(table.locator(".track"));
                rowsOf(spans).forEach(({ offset, share }, row) => {
                    expect(Math.abs((bars[row].x - tracks[row].x) / tracks[row].width - offset)).toBeLessThan(0.02);
                    expect(Math.abs(bars[row].width / tracks[row].width - share)).toBeLessThan(0.02);
                });
            }
        });
    });

    it("has text that stands out from what is behind it", async () => {
        await open(how, async (page) => {
            const [text, behind] = (await page.evaluate<string[]>(COLOURS)).map((rgb) =>
                rgb.match(/\d+/g)!.slice(0, 3).map(Number),
            );
            expect(contrast(text, behind)).toBeGreaterThan(7);
            expect(behind[0] < 128).toBe(how.colorScheme === "dark");
        });
    });
});

/** Where each of some elements is. */
async function boxes(elements: Locator): Promise<{ x: number; y: number; width: number }[]> {
    return Promise.all((await elements.all()).map(async (element) => (await element.boundingBox())!));
}

/** The contrast of two colours as WCAG 2 defines it, from 1 to 21. */
function contrast(...colours: number[][]): number {
    const [light, dark] = colours
        .map((colour) => {
            const [r, g, b] = colour.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        })
        .sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
}
