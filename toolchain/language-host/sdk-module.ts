// Where a program's own copy of the Pulumi SDK is.

/** The path of a module of `@pulumi/pulumi`, such as `cmd/run`, as a program in that folder would find it. */
export function sdkModule(programFolder: string, module: string): string {
    const name = `@pulumi/pulumi/${module}`;
    try {
        return require.resolve(name, { paths: [programFolder] });
    } catch {
        throw new Error(
            `${name} was not found from ${programFolder}: the Pulumi SDK has to be installed there. ` +
                "Run npm install in that folder (or pulumi install)",
        );
    }
}
