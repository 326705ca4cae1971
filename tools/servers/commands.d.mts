export function findTellingLine(output: string): string | undefined;
