// The addresses of a storage server (pure): what they must look like.
import { certificatesProblem } from "../support/certificates";
import { Problem, shown } from "../support/errors";

/** What is wrong with the address of a storage server, if anything. One with a login in it is not shown. */
export function storageUrlProblem(address: string): string | undefined {
    if (/\/\/[^/]*@/.test(address)) {
        return "has a user or password in it; give them as the credentials of each role";
    }
    return URL.canParse(address) && ["http:", "https:"].includes(new URL(address).protocol)
        ? undefined
        : `got ${shown(address)}, expected an address with a scheme, such as https://es.example.org:9200`;
}

/** What is wrong with certificate authorities beside the addresses that they are for. */
export function authorityProblems(path: string, ca: string | undefined, urls: readonly string[]): Problem[] {
    if (ca === undefined) {
        return [];
    }
    const reason =
        certificatesProblem(ca) ??
        (urls.some((url) => url.startsWith("https:"))
            ? undefined
            : "given, but no address is encrypted; give https:// addresses, or leave it out");
    return reason === undefined ? [] : [{ path, reason }];
}
