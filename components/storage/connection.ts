// Checks of a storage connection's values, for every component that takes one.
import { Problem, shown } from "../support/errors";
import { authorityProblems, storageUrlProblem } from "./address";
import { indexPrefixProblem } from "./configuration";

/** What every caller of a storage needs to know of it. */
export interface ConnectionValues {
    indexPrefix: string;
    urls: string[];
    ca?: string;
}

/** What is wrong with the values of a connection in themselves. */
export function connectionProblems({ indexPrefix, urls, ca }: ConnectionValues): Problem[] {
    const prefixProblem = indexPrefixProblem(indexPrefix ?? "");
    return [
        ...(prefixProblem
            ? [{ path: "storage.indexPrefix", reason: `got ${shown(indexPrefix)}, ${prefixProblem}` }]
            : []),
        ...(urls.length === 0
            ? [
                  {
                      path: "storage.urls",
                      reason: "empty; give at least one address such as http://storage:9200",
                  },
              ]
            : []),
        ...urls.flatMap((url, index) => {
            const reason = storageUrlProblem(url);
            return reason ? [{ path: `storage.urls[${index}]`, reason }] : [];
        }),
        ...authorityProblems("storage.ca", ca, urls),
    ];
}
