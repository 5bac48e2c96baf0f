// Elasticsearch on Debian's Java 17: the version that stands in for the default, and an older one for tests.
import * as path from "node:path";

import { VERSIONS } from "../../versions";
import { Recipe } from "../recipe";
import { artifactOf, gatherServer, SearchServer } from "../searchServer";

function recipe(image: "elasticsearch" | "elasticsearch7", server: SearchServer): Recipe {
    return {
        image,
        repository: "elasticsearch/elasticsearch",
        tag: server.version,
        version: server.version,
        folder: path.join(__dirname, "context"),
        onDebian: true,
        ingredients: () => [artifactOf(server)],
        gather: (folder, waitingFor) => gatherServer(server, folder, waitingFor),
    };
}

/** Elasticsearch with transport, HTTP and security; index lifecycle management and ingest are not in it. */
export const elasticsearch = recipe("elasticsearch", {
    product: "elasticsearch",
    version: VERSIONS.elasticsearch,
    settings: ["elasticsearch.yml", "log4j2.properties"],
});

/** The same of major 7, which stands for an external server in tests; its logging has no layout of ours. */
export const elasticsearch7 = recipe("elasticsearch7", {
    product: "elasticsearch",
    version: VERSIONS.elasticsearch7,
    settings: ["elasticsearch.yml"],
});
