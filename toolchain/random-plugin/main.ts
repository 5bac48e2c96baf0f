// The random provider: started by the engine as `pulumi-resource-random <engine address>`.
import { serveProvider } from "../resource-plugin/main";
import { RANDOM } from "./provider";

serveProvider(RANDOM);
