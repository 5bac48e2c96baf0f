// Engine tests wait for real programs: a test that hangs is ended after this long.
jest.setTimeout(15 * 60_000);
