// Passes of the controller: when one is made, and when not.
import { Passes } from "../../../../toolchain/cluster-controller/passes";

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Passes whose work the test ends, and how many were begun. */
function held() {
    const ends: ((error?: Error) => void)[] = [];
    const passes = new Passes(
        () => new Promise((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve()))),
    );
    return { passes, ends };
}

const aSecond = () => jest.advanceTimersByTimeAsync(1_000);

test("the first is made at the start, none before", async () => {
    const { passes, ends } = held();
    passes.soon();
    await aSecond();
    expect(ends).toHaveLength(0);
    passes.start();
    await aSecond();
    expect(ends).toHaveLength(1);
});

test("one does for changes that come together; those that come during it get one more, after it", async () => {
    const { passes, ends } = held();
    passes.start();
    passes.soon();
    passes.soon();
    await aSecond();
    expect(ends).toHaveLength(1);
    passes.soon();
    passes.soon();
    await aSecond();
    expect(ends).toHaveLength(1);
    ends[0]();
    await aSecond();
    expect(ends).toHaveLength(2);
    ends[1]();
    await aSecond();
    expect(ends).toHaveLength(2);
});

test("one that fails says why, and is tried again after a second", async () => {
    const said = jest.spyOn(process.stderr, "write").mockReturnValue(true);
    const { passes, ends } = held();
    passes.start();
    await jest.advanceTimersByTimeAsync(30);
    ends[0](new Error("nft is not there"));
    await jest.advanceTimersByTimeAsync(999);
    expect(ends).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(ends).toHaveLength(2);
    expect(said).toHaveBeenCalledWith("nft is not there\n");
    said.mockRestore();
});

test("stop waits for the one at work, and none follows", async () => {
    const { passes, ends } = held();
    passes.start();
    await aSecond();
    passes.soon();
    const stopped = jest.fn();
    const stopping = passes.stop().then(stopped);
    await aSecond();
    expect(stopped).not.toHaveBeenCalled();
    ends[0]();
    await stopping;
    await aSecond();
    expect(ends).toHaveLength(1);
});
