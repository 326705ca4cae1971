import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { AbstractConnector } from 'ioredis';

interface Address {
  readonly host?: string;
  readonly port?: number;
  readonly family?: number;
  /** Milliseconds for the server to close its half of a connection. */
  readonly disconnectTimeout: number;
  readonly tls?: ConnectionOptions | true;
}

/**
 * Connects over TLS. A connection that is closed during a failing handshake emits two errors. ioredis' own connector
 * handles only the first, and the second would end the process.
 */
export class TlsConnector extends AbstractConnector {
  private readonly address: Address;

  /** The options of ioredis. Those in `tls` override the others. */
  constructor(options: unknown) {
    super((options as Address).disconnectTimeout);
    this.address = options as Address;
  }

  override async connect(): Promise<TLSSocket> {
    const { host, port, family, tls } = this.address;
    this.connecting = true;
    await Promise.resolve(); // the caller may disconnect at once
    if (!this.connecting) throw new Error('Connection is closed.');
    const socket = connect({ host, port, family, ...(typeof tls === 'object' && tls) } as ConnectionOptions);
    socket.on('error', (error) => (this.firstError ??= error));
    this.stream = socket;
    return socket;
  }
}
