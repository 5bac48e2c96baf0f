// Who may pass a route (pure): users with their passwords' hashes, or a server that is asked.

import { atLeast } from "../support/versions";

/** Exactly one of `users` and `forwardAuth` is set. */
export interface RouteAuthentication {
    /** The bcrypt hash of each user's password, by the user's name. */
    users?: Record<string, string>;
    /** The address of a server that answers below 300 when a request may pass. */
    forwardAuth?: string;
    /** Traefik's version: it does not take up a file with a key that it does not know. */
    version: string;
}

const USER = /^[^\s:]{1,64}$/;
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;

/** A lower cost is found out too fast, a higher one stalls Traefik at each request. */
const COST = { least: 10, most: 14 };

/** What is wrong with a user's name, if anything. */
export function userProblem(name: string): string | undefined {
    return USER.test(name) ? undefined : "expected a user's name without spaces and colons, at most 64 characters";
}

/** What is wrong with the hash of a password, if anything; never shows it. */
export function hashProblem(hash: string): string | undefined {
    const make = "make it by `htpasswd -nB -C 12 <user>`, and give what stands after the colon";
    const cost = BCRYPT.exec(hash)?.[1];
    if (cost === undefined) {
        return `expected the password's bcrypt hash, which begins with "$2"; ${make}`;
    }
    return Number(cost) >= COST.least && Number(cost) <= COST.most
        ? undefined
        : `has the cost ${Number(cost)}, expected one from ${COST.least} to ${COST.most}; ${make}`;
}

/** What is wrong with the address of a server that is asked, if anything. */
export function forwardAuthProblem(address: string): string | undefined {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (!url || !["http:", "https:"].includes(url.protocol)) {
        return "expected an address with a scheme, such as http://oauth2-proxy:4180/oauth2/auth";
    }
    return url.username || url.password
        ? "has a login in it, which would be shown; the server is asked without one"
        : undefined;
}

/** Bounds what the server that is asked may answer, which Traefik can since 3.6.9. */
function answerLimit(version: string): object {
    return atLeast(version, "3.6.9") ? { maxResponseBodySize: 1024 * 1024 } : {};
}

/** Traefik's middlewares of an authentication, in their order, by their names after the route's. */
export function authenticationMiddlewares(authentication: RouteAuthentication): Record<string, object> {
    const { users, forwardAuth, version } = authentication;
    const login = users
        ? {
              basicAuth: {
                  users: Object.keys(users)
                      .sort()
                      .map((name) => `${name}:${users[name]}`),
                  realm: "traces",
                  removeHeader: true,
              },
          }
        : { forwardAuth: { address: forwardAuth, trustForwardHeader: false, ...answerLimit(version) } };
    return {
        login,
        // What is behind has no login of its own, and no use for what proves who somebody is.
        "without-login": { headers: { customRequestHeaders: { Authorization: "", Cookie: "" } } },
    };
}
