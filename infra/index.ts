// The reference program: the stack's settings become an environment and the stack's outputs.
import { loadSettings } from "./load";
import { keepPromiseNotesCheap } from "./promiseTraces";
import { makeStack } from "./stack";

keepPromiseNotesCheap();

export = makeStack(loadSettings());
