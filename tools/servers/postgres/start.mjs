/**
 * Runs on the workspace's Node: starts PostgreSQL and ends; the server stays. Arguments: the library, data folder,
 * port.
 */
const [library, dataFolder, port] = process.argv.slice(2);
const { startEmbeddedPostgres } = await import(library);
try {
  await startEmbeddedPostgres({ dataFolder, port: Number(port), maxConnections: 400 });
  process.exit(0); // the server's log keeps the event loop alive no longer
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
