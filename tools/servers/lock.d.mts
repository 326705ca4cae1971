export function withLock<T>(folder: string, work: () => T | Promise<T>, onWait?: (pid: number) => void): Promise<T>;
