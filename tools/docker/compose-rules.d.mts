export function findComposeMistakes(model: unknown, apps: readonly string[]): string[];
export function findSecretsWithDefault(text: string): string[];
export function listDemanded(text: string): string[];
