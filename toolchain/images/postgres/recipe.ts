// Debian's PostgreSQL 15.
import * as path from "node:path";

import { Recipe } from "../recipe";

/** PostgreSQL for applications that need a database. */
export const postgres: Recipe = {
    image: "postgres",
    repository: "library/postgres",
    tag: "15-bookworm",
    version: "15",
    folder: path.join(__dirname, "context"),
    onDebian: true,
    ingredients: () => [],
};
