// The random provider's resources.
import { version } from "@pulumi/random/package.json";

import type { Provider } from "../resource-plugin/service";
import { randomId } from "./random-id";
import { randomPassword } from "./random-password";
import { randomString } from "./random-string";

export const RANDOM: Provider = {
    name: "random",
    version,
    kinds: {
        "random:index/randomId:RandomId": randomId,
        "random:index/randomPassword:RandomPassword": randomPassword,
        "random:index/randomString:RandomString": randomString,
    },
};
