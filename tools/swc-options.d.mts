export const workspaceRoot: string;
export const paths: Record<string, string[]>;
export const swcOptions: Record<string, unknown>;
