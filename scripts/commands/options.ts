// Options that several commands take, worded once.
import { Option } from "../arguments";

/** The stack that a command works on. */
export const STACK: Option = { value: "name", default: "dev", description: "the stack to work on" };

/** Fails when there are changes. */
export const EXPECT_NO_CHANGES: Option = { description: "fails when there is anything to change" };

/** Compares with what is really there first. */
export const REFRESH: Option = { description: "compares with what really runs first" };

/** A result for programs. */
export const JSON_RESULT: Option = { description: "prints a result for programs; all else goes to standard error" };
