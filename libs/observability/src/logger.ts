import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { callerLabel } from '@mediamesh/contracts';
import pino from 'pino';
import { currentContext } from './request-context.js';

export type Fields = Readonly<Record<string, unknown>>;

/**
 * JSON lines: time, level, app, traceId, requestId, caller, message and fields. Never bodies, tokens or passwords.
 * The class is also the injection token.
 */
export abstract class Logger {
  abstract debug(message: string, fields?: Fields): void;
  abstract info(message: string, fields?: Fields): void;
  abstract warn(message: string, fields?: Fields): void;
  abstract error(message: string, fields?: Fields): void;
  /** Writes buffered lines. */
  abstract flush(): Promise<void>;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface LoggerOptions {
  readonly app: string;
  readonly level: LogLevel;
  /** A folder for `<app>.log`; standard output without it. */
  readonly folder?: string | undefined;
}

/** Fields that are redacted, at the top level and one below. */
const secret = [
  'password',
  'secret',
  'token',
  'accessToken',
  'refreshToken',
  'authorization',
  'cookie',
  'body',
  'x-service-authorization',
];
const redactedPaths = secret.flatMap((name) =>
  name.includes('-') ? [`["${name}"]`, `*["${name}"]`] : [name, `*.${name}`],
);
const longest = 2_000;
/**
 * Properties that libraries add to errors and that may hold user data: statement parameters, rows, headers, bodies,
 * Redis commands (AUTH holds the password).
 */
const contents = new Set([...secret, 'parameters', 'detail', 'where', 'headers', 'options', 'data', 'command']);
const deepest = 6;

/** The logger of one app. Errors are written with stack and cause; long texts are cut. */
export function createLogger({ app, level, folder }: LoggerOptions): Logger {
  if (folder) mkdirSync(folder, { recursive: true });
  const destination = pino.destination({
    dest: folder ? join(folder, `${app}.log`) : 1,
    sync: false,
    append: true,
    mode: 0o600,
  });
  const root = pino(
    {
      level,
      base: { app },
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactedPaths, censor: '[redacted]' },
      serializers: {
        error: (error: unknown) =>
          withoutContents(error instanceof Error ? pino.stdSerializers.errWithCause(error) : error),
      },
      mixin: contextFields,
    },
    destination,
  );
  const write =
    (name: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: Fields = {}) =>
      root[name](cut(fields), message.slice(0, longest));
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    flush: () => new Promise((resolve) => destination.flush(() => resolve())),
  };
}

function withoutContents(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === deepest || ArrayBuffer.isView(value)) return '…';
  if (Array.isArray(value)) return value.map((one) => withoutContents(one, depth + 1));
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) =>
      contents.has(name) ? [] : [[name, withoutContents(inner, depth + 1)]],
    ),
  );
}

function contextFields(): Record<string, string> {
  const context = currentContext();
  if (!context) return {};
  return { traceId: context.trace.traceId, requestId: context.requestId, caller: callerLabel(context.caller) };
}

const cut = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' && value.length > longest ? `${value.slice(0, longest)}…` : value,
    ]),
  );

/** A logger without output, for tools and tests. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  flush: () => Promise.resolve(),
};
