type Environment = Readonly<Record<string, string | undefined>>;
export function meshFolder(environment?: Environment): string;
export function readMeshEnvironment(environment?: Environment): Record<string, string>;
export function readCommandEnvironment(environment?: Environment): Record<string, string>;
export function readMeshVariables(environment?: Environment): Record<string, string>;
export function readStanding(environment?: Environment): Record<string, string>;
export function describeMesh(environment?: Environment): {
  cms: string;
  discovery: string;
  environment?: Record<string, string>;
  admin?: { email: string; password: string };
  editor?: { email: string; password: string };
};
