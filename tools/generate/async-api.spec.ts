import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import asyncApi from '@asyncapi/specs';
import { Ajv } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';

interface Message {
  readonly payload: object;
  readonly examples: readonly { readonly headers: object; readonly payload: object }[];
}
interface Document {
  readonly channels: Readonly<Record<string, { readonly messages: Readonly<Record<string, unknown>> }>>;
  readonly operations: Readonly<
    Record<string, { readonly action: string; readonly messages: readonly { readonly $ref: string }[] }>
  >;
  readonly components: {
    readonly messages: Readonly<Record<string, Message>>;
    readonly schemas: Readonly<Record<string, object>>;
  };
}

const document = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/asyncapi.json'), 'utf8')) as Document;
const messages = Object.entries(document.components.messages);
const ajv = (): Ajv => new Ajv({ strict: false, allErrors: true, formats: fullFormats });

describe('the event catalogue', () => {
  it('is an AsyncAPI 3.0 document', () => {
    const validate = ajv().compile(asyncApi.schemasWithoutId['3.0.0'] as object);
    validate(document);
    expect(validate.errors).toBeNull();
  });

  it.each(messages)('gives examples of %s that its own schemas accept', (_, { payload, examples }) => {
    expect(examples.length).toBeGreaterThan(0);
    const schema = (of: object): object => ({ ...of, components: { schemas: document.components.schemas } });
    for (const example of examples) {
      const validators = [
        ajv().compile(schema(payload)),
        ajv().compile(schema(document.components.schemas['headers'] ?? {})),
      ] as const;
      expect([validators[0](example.payload), validators[1](example.headers)]).toEqual([true, true]);
    }
  });

  it('names for each event the one app that sends it', () => {
    const sent = Object.values(document.operations)
      .filter(({ action }) => action === 'send')
      .flatMap((operation) => operation.messages.map(({ $ref }) => $ref.split('/').at(-1)));
    expect(sent.toSorted()).toEqual(messages.map(([name]) => name).toSorted());
    expect(Object.keys(document.operations).filter((name) => name.startsWith('undefined'))).toEqual([]);
  });

  it('names the groups that receive what is public', () => {
    const groups = Object.keys(document.operations).filter((name) => name.endsWith('.receives.content.events'));
    expect(groups).toEqual(
      ['discovery-service.catalogue', 'media-service.publicity', 'search-service.indexing'].map(
        (group) => `${group}.receives.content.events`,
      ),
    );
  });
});
