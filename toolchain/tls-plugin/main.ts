// The tls provider: started by the engine as `pulumi-resource-tls <engine address>`.
import { serveProvider } from "../resource-plugin/main";
import { TLS } from "./provider";

serveProvider(TLS);
