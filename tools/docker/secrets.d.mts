export function readVariables(text: string): Record<string, string>;
export function makeMissing(composeText: string, present: Readonly<Record<string, string>>): Record<string, string>;
export function writeSecrets(root: string): string[];
