// Whether the registries in which the vendors publish their images can be reached from this machine.

const VENDOR_REGISTRIES = ["registry-1.docker.io", "docker.elastic.co"];
const TIMEOUT_MS = 3_000;

/** Whether every vendor's registry answers within 3 s. */
export async function vendorRegistriesAnswer(hosts: readonly string[] = VENDOR_REGISTRIES): Promise<boolean> {
    const answers = await Promise.all(hosts.map((host) => registryAnswers(`https://${host}/v2/`)));
    return answers.every((answer) => answer);
}

// 401 and 429 are a registry's answers to the anonymous. A proxy that refuses the host has others.
async function registryAnswers(url: string): Promise<boolean> {
    try {
        const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
        await response.body?.cancel();
        return [200, 401, 429].includes(response.status);
    } catch {
        return false;
    }
}
