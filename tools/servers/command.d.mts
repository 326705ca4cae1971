export function chooseServers(args: string[], unnamed: string[]): string[];
export function isConfigured(
  found: {
    server: {
      configuredBy: string;
      variables: (at: { ports: Record<string, number>; folder: string }) => Record<string, string>;
    };
    record: { ports?: Record<string, number> };
    ports: Record<string, number>;
    folder: string;
  },
  env: Record<string, string | undefined>,
): boolean;
export function runCommand(args: string[]): Promise<number>;
