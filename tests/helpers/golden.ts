// Golden files: what a person has reviewed and what must not change unseen.
import * as fs from "fs";
import * as path from "path";

/** Compares a text with a golden file; `UPDATE_GOLDEN=1` writes the file instead, for review in the diff. */
export function expectGolden(file: string, text: string): void {
    if (process.env.UPDATE_GOLDEN) {
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, text);
    }
    const golden = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
    expect(text).toBe(golden);
}
