// `npm run build`: compiles the npm package; `npm pack` and `npm publish` do it by themselves.
import { packageFolder } from "../../toolchain/folders";
import { step } from "../../toolchain/progress";
import { buildPackage, OUTPUT } from "../npm/build";
import { Command } from "./command";

export const build: Command = {
    usage: {
        name: "build",
        summary: `Compiles the components into ${OUTPUT}/, as \`npm pack\` packs them.`,
        options: {},
    },
    async run() {
        await step(`components in ${OUTPUT}/`, () => buildPackage(packageFolder()));
        return 0;
    },
};
