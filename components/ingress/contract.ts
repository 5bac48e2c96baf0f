// The ingress contracts: where routes are declared, and what a route says.
import * as pulumi from "@pulumi/pulumi";

import { FolderReference, IngressControllerArgs, Reach } from "../platform";

/** An ingress that takes up routes while it runs: from `TraefikIngress` or another stack. */
export interface IngressEndpoint {
    /** Where its users reach it, e.g. `http://127.0.0.1:8080`. */
    url: pulumi.Input<string>;
    /** Where callers inside reach it, e.g. `http://main-ingress:8000`. @default `url` */
    internalUrl?: pulumi.Input<string>;
    /** The entry point that routes are bound to. @default web */
    entryPoint?: pulumi.Input<string>;
    /** Where routes are declared: one file each. Give this or `controller`. */
    routes?: pulumi.Input<FolderReference>;
    /**
     * Kubernetes: the controller that routes are declared at, when it exists already. It traces nothing: traces begin at
     * the apps. To be known when the program runs.
     */
    controller?: IngressControllerArgs;
    /** What the backends of routes join, so that the ingress reaches them. */
    reach?: pulumi.Input<Reach>;
}
