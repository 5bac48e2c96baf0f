// The file realm of an Elasticsearch of the tests: the users of docs/storage.md, with passwords that the tests know.
import * as bcrypt from "bcryptjs";

import { CommonRole, roles, rolesInUse, users, usersRoles } from "../../components/storage/configuration";

/** What each role's user logs in with. */
export const PASSWORDS: Record<CommonRole, string> = {
    writer: "wr1ter-of-the-test",
    reader: "re4der-of-the-test",
    maintainer: "m4intainer-of-the-test",
};

/** The password's hash, as Elasticsearch reads it. */
export function passwordHash(password: string): string {
    return bcrypt.hashSync(password, 4).replace(/^\$2b/, "$2a");
}

/** The realm's files, for an index prefix. */
export function realmFiles(indexPrefix: string): Record<"roles.yml" | "users" | "users_roles", string> {
    const hashes = Object.entries(PASSWORDS).map(([role, password]) => [role, passwordHash(password)]);
    return {
        "roles.yml": roles(indexPrefix, rolesInUse(false)),
        users: users(Object.fromEntries(hashes) as Record<CommonRole, string>),
        users_roles: usersRoles(rolesInUse(false)),
    };
}
