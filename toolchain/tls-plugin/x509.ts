// The library that reads and writes certificates. Loaded when the first one is made: most previews make none.

/** The library, with what it needs of its own. */
export async function library(): Promise<typeof import("@peculiar/x509")> {
    await import("reflect-metadata");
    return import("@peculiar/x509");
}
