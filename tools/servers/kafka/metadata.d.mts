export function readBrokerCount(answer: Buffer): number | undefined;
export function namesBroker(host: string, port: number): Promise<boolean>;
