// Jest's five seconds say how busy a machine is, not that something is wrong: only a test that hangs is ended.
jest.setTimeout(2 * 60_000);
