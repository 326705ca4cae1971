/** The nine apps and the port each listens on unless told otherwise. */
export const appPorts = {
  'discovery-gateway': 8080,
  'cms-gateway': 8081,
  'cms-service': 8082,
  'metadata-service': 8083,
  'media-service': 8084,
  'ingest-service': 8085,
  'auth-service': 8086,
  'discovery-service': 8090,
  'search-service': 8091,
} as const;

export type AppName = keyof typeof appPorts;
export const appNames = Object.keys(appPorts) as AppName[];

/** The apps that face the outside; all others are services behind them. */
const gatewayNames: readonly string[] = ['cms-gateway', 'discovery-gateway'] satisfies AppName[];
export const isGateway = (name: string): boolean => gatewayNames.includes(name);

/** A caller with a service secret: the apps, and the operators' command line. */
export type ServiceName = AppName | 'mesh';

/** The environment's spelling of a name: `cms-service` is `CMS_SERVICE`. */
export const screamingName = (name: string): string => name.toUpperCase().replaceAll('-', '_');
