// What the shop itself knows of a load's orders.
import { docker } from "./command";
import { LoadResult } from "./load";
import { TestStack } from "./stack";

/**
 * How many orders of a load are in the shop's database. It equals the client's count when no order was lost or made
 * twice.
 */
export async function ordersMade(stack: TestStack, { customer }: LoadResult): Promise<number> {
    const { Id } = await stack.container("-database-shop-0");
    const query = `SELECT count(*) FROM shop_order WHERE customer = '${customer}'`;
    const [count] = await docker("exec", Id, "psql", "--username=shop", "--dbname=shop", "--tuples-only", "--no-align", `--command=${query}`);
    return Number(count);
}
