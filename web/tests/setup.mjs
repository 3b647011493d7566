import { Server } from './server.mjs';

/** One server for the run; its address is handed on by the environment. */
export default async function setup() {
  const server = await Server.fresh();
  process.env.ALMANAC_URL = server.url;
  return () => server.remove();
}
