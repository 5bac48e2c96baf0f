// What stands for a field of an instance in texts of its environment, on any platform.

/** A placeholder, captured, so that splitting a text keeps it: `$(INSTANCE_NAME)` and what else a platform knows. */
export const INSTANCE_FIELD = /(\$\(INSTANCE_[A-Z]+\))/;
