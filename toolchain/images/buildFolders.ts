// Where images are put together.
import * as path from "node:path";

import { cacheFolder } from "../folders";

/** Folder for the folders in which images are put together; each goes when its image is there. */
export function imageBuildsFolder(): string {
    return path.join(cacheFolder(), "image-builds");
}
