// References of images and registries (pure): their form, and that what they name does not move.

const NAME = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const HOST =
    "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\\.)*[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?::\\d{1,5})?";
const REFERENCE = new RegExp(
    `^(?:${HOST}/)?${NAME}(?:/${NAME})*(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?<digest>@sha256:[0-9a-f]{64})?$`,
);
const REGISTRY = new RegExp(`^${HOST}(?:/${NAME})*$`);

/** What is wrong with an image's reference, if anything. */
export function referenceProblem(reference: string): string | undefined {
    const match = REFERENCE.exec(reference);
    if (!match) {
        return "expected an image's reference such as registry.example.org/shop:1.4.2, without scheme";
    }
    const { tag, digest } = match.groups ?? {};
    if (digest) {
        return undefined;
    }
    if (!tag) {
        return 'which has no tag, so "latest", and that one moves; append a version such as ":1.4.2" or a digest';
    }
    return tag === "latest"
        ? 'whose tag moves; give a version such as ":1.4.2" or a digest instead of "latest"'
        : undefined;
}

/** What is wrong with a registry prefix, if anything. */
export function registryProblem(registry: string): string | undefined {
    return REGISTRY.test(registry)
        ? undefined
        : "expected a registry's host with optional port and path, without scheme, such as mirror.example.org:5000";
}
