// The second program of the examples, on the engine or in the cluster and in the backend of another stack.
import * as fs from "fs";
import * as path from "path";

import { stringify } from "yaml";

import { openStack } from "../../../scripts/stack";
import { ROOT, run } from "./command";

/** The program's settings, but for the environment. */
interface Settings {
    environmentId: string;
    image: string;
    platform?: string;
    namespace?: string;
}

/** A stack of examples/second-program. */
export class SecondProgram {
    private readonly folder = path.join(ROOT, "examples/second-program");
    private env: NodeJS.ProcessEnv | undefined;

    constructor(private readonly stack: string) {}

    /** Brings it up beside an environment; `provider` has settings of the platform's default provider. */
    public async up(environment: string, settings: Settings, provider: Record<string, string> = {}): Promise<void> {
        this.env = (await openStack(environment, "platform")).env;
        const own = { environment: `organization/traced-environment/${environment}`, ...settings };
        const prefixed = Object.entries(own).map(([key, value]) => [`second-program:${key}`, value]);
        fs.writeFileSync(this.file, stringify({ config: { ...Object.fromEntries(prefixed), ...provider } }));
        await this.pulumi("stack", "init");
        await this.pulumi("config", "set", "--secret", "secretKey", "of-the-second-program");
        await this.pulumi("up", "--yes", "--skip-preview");
    }

    public async destroy(): Promise<void> {
        await this.pulumi("destroy", "--yes", "--skip-preview", "--remove");
    }

    /** What a run leaves that failed. */
    public async remove(): Promise<void> {
        if (this.env && fs.existsSync(this.file)) {
            await run("pulumi", ["destroy", "--yes", "--skip-preview", "--remove", "--stack", this.stack], {
                cwd: this.folder,
                env: this.env,
                expect: "any",
            });
        }
        fs.rmSync(this.file, { force: true });
    }

    private get file(): string {
        return path.join(this.folder, `Pulumi.${this.stack}.yaml`);
    }

    private async pulumi(...args: string[]): Promise<void> {
        await run("pulumi", [...args, "--stack", this.stack, "--non-interactive"], {
            cwd: this.folder,
            env: this.env,
        });
    }
}
