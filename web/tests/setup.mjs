import { ADMIN, Account } from './account.mjs';
import { Server } from './server.mjs';

/** One server for the run, with an admin who is nobody of the tests; its address is handed on by the environment. */
export default async function setup() {
  const server = await Server.fresh();
  await Account.make(server.url, { username: ADMIN, email: `${ADMIN}@example.org` });
  process.env.ALMANAC_URL = server.url;
  return () => server.remove();
}
