// OpenSearch on Debian's Java 17, without its security plugin: stands for an external server in tests.
import * as path from "node:path";

import { VERSIONS } from "../../versions";
import { Recipe } from "../recipe";
import { artifactOf, gatherServer, SearchServer } from "../searchServer";

const SERVER: SearchServer = {
    product: "opensearch",
    version: VERSIONS.opensearch,
    settings: ["opensearch.yml"],
};

export const opensearch: Recipe = {
    image: "opensearch",
    repository: "opensearchproject/opensearch",
    tag: SERVER.version,
    version: SERVER.version,
    folder: path.join(__dirname, "context"),
    onDebian: true,
    ingredients: () => [artifactOf(SERVER)],
    gather: (folder, waitingFor) => gatherServer(SERVER, folder, waitingFor),
};
