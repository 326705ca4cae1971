export function fillIn(text: string, variables: Readonly<Record<string, string>>): string;
