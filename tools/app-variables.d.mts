/** Of all variables those that a process of the app is given. */
export function variablesFor(app: string, variables: Readonly<Record<string, string>>): Record<string, string>;
