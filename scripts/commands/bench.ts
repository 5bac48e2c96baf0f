// `npm run bench`: measures what a change of this package costs; the benchmarks are in bench/.
import { run } from "../../bench";
import { PassingCommand } from "./command";

export const bench: PassingCommand = { runWith: run };
