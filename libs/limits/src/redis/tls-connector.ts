import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { AbstractConnector } from 'ioredis';

interface Address {
  readonly host?: string;
  readonly port?: number;
  readonly family?: number;
  /** Milliseconds for a server to close its half of a connection. */
  readonly disconnectTimeout: number;
  readonly tls?: ConnectionOptions | true;
}

/**
 * Connects over TLS. A connection that is closed during a handshake which then fails tells two errors; ioredis' own
 * connector listens to the first of them only, so that the second would end the process.
 */
export class TlsConnector extends AbstractConnector {
  private readonly address: Address;

  /** The options of ioredis; what `tls` of them says comes before the rest. */
  constructor(options: unknown) {
    super((options as Address).disconnectTimeout);
    this.address = options as Address;
  }

  override async connect(): Promise<TLSSocket> {
    const { host, port, family, tls } = this.address;
    this.connecting = true;
    await Promise.resolve(); // whoever connects may be told to stop at once
    if (!this.connecting) throw new Error('Connection is closed.');
    const socket = connect({ host, port, family, ...(typeof tls === 'object' && tls) } as ConnectionOptions);
    socket.on('error', (error) => (this.firstError ??= error));
    this.stream = socket;
    return socket;
  }
}
