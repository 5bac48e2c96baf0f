// What a registry on this machine holds: labels and digests of images, over the distribution API.

const MANIFESTS = [
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
].join(", ");

const TIMEOUT_MS = 10_000;

/** The labels of an image in a registry, or undefined when it does not hold the image. */
export async function labelsInRegistry(
    registry: string,
    repository: string,
    tag: string,
): Promise<Record<string, string> | undefined> {
    const manifest = await get(`http://${registry}/v2/${repository}/manifests/${tag}`);
    if (!manifest) {
        return undefined;
    }
    const { config } = (await manifest.json()) as { config?: { digest: string } };
    const settings = config && (await get(`http://${registry}/v2/${repository}/blobs/${config.digest}`));
    if (!settings) {
        return undefined;
    }
    return ((await settings.json()) as { config?: { Labels?: Record<string, string> } }).config?.Labels ?? {};
}

/** The digest of an image in a registry, or undefined when it does not hold the image. */
export async function digestInRegistry(
    registry: string,
    repository: string,
    tag: string,
): Promise<string | undefined> {
    const manifest = await get(`http://${registry}/v2/${repository}/manifests/${tag}`);
    await manifest?.body?.cancel();
    return manifest?.headers.get("docker-content-digest") ?? undefined;
}

async function get(url: string): Promise<Response | undefined> {
    const response = await fetch(url, {
        headers: { Accept: MANIFESTS },
        signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) {
        return response;
    }
    await response.body?.cancel();
    if (response.status === 404) {
        return undefined;
    }
    throw new Error(
        `The registry answered ${url} with ${response.status}: expected 200 or 404. Its log tells more; ` +
            "stopping the registry and running this again starts it anew.",
    );
}
