/** All apps and their default ports. */
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

/** The apps that are reachable from outside. */
const gatewayNames: readonly string[] = ['cms-gateway', 'discovery-gateway'] satisfies AppName[];
export const isGateway = (name: string): boolean => gatewayNames.includes(name);

/** A caller with a service secret: an app, or the operators' command line. */
export type ServiceName = AppName | 'mesh';

/** The name in environment variables: `cms-service` gives `CMS_SERVICE`. */
export const screamingName = (name: string): string => name.toUpperCase().replaceAll('-', '_');
