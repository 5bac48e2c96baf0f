// Waits until something is so.

/** Looks once a second until what is seen is as wanted, for at most so many seconds; gives what was seen last. */
export async function eventually<T>(
    look: () => Promise<T>,
    wanted: (seen: T) => boolean,
    seconds = 60,
): Promise<T> {
    for (const end = Date.now() + seconds * 1000; ;) {
        const seen = await look();
        if (wanted(seen) || Date.now() > end) {
            return seen;
        }
        await new Promise((resolve) => setTimeout(resolve, 1000));
    }
}
