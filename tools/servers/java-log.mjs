/** How the Java servers log: warnings and what they say about their start, to the one log file of the server. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

// Logging ends with the server's own stop, not before: its last words tell whether that was in order.
const settings = `status=error
shutdownHook=disable
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{ISO8601} %p %c{1} %m%n
rootLogger.level=warn
rootLogger.appenderRef.out.ref=out
logger.start.name=kafka.server.KafkaRaftServer
logger.start.level=info
logger.node.name=org.opensearch.node.Node
logger.node.level=info
`;

export function writeLogSettings(folder) {
  const file = join(folder, 'log4j2.properties');
  writeFileSync(file, settings);
  return file;
}
