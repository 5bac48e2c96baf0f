// Writes what is made from the settings' schema: the schema for editors, and the declarations in Pulumi.yaml.
import * as fs from "node:fs";
import * as path from "node:path";

import { editorSchema, projectFile } from "./generated";

const PROJECT = path.join(__dirname, "..", "Pulumi.yaml");

fs.writeFileSync(path.join(__dirname, "settings.schema.json"), editorSchema());
fs.writeFileSync(PROJECT, projectFile(fs.readFileSync(PROJECT, "utf8")));
