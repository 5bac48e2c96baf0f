// The reference program: the stack's settings become an environment and the stack's outputs.
import { loadSettings } from "./load";
import { makeStack } from "./stack";

export = makeStack(loadSettings());
