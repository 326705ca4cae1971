import { describe, expect, it } from '@jest/globals';
import { unauthenticated } from '@mediamesh/contracts';
import { createContext, currentContext, runInContext, silentLogger } from '@mediamesh/observability';
import { createServiceTokens } from './service-tokens.js';

function arrange() {
  const world = { now: 0, issued: [] as string[], isDown: false, contexts: [] as (string | undefined)[] };
  const tokens = createServiceTokens({
    service: 'cms-service',
    secret: 'a secret',
    clock: () => world.now,
    logger: silentLogger,
    issue: async ({ audience }) => {
      world.contexts.push(currentContext()?.authorization);
      await Promise.resolve();
      if (world.isDown) throw unauthenticated('auth.wrong_credentials');
      world.issued.push(audience);
      return { accessToken: `${audience} ${world.issued.length}`, tokenType: 'Bearer', expiresIn: 600 };
    },
  });
  return { world, tokens };
}

describe('the tokens of a service', () => {
  it('are asked for once per target, however many need one', async () => {
    const { world, tokens } = arrange();
    const got = await Promise.all([
      ...Array.from({ length: 10 }, () => tokens.tokenFor('media-service')),
      tokens.tokenFor('auth-service'),
    ]);
    expect(new Set(got)).toEqual(new Set(['media-service 1', 'auth-service 2']));
    expect(world.issued).toEqual(['media-service', 'auth-service']);
  });

  it('are renewed at half of their life without anybody waiting', async () => {
    const { world, tokens } = arrange();
    await tokens.tokenFor('media-service');
    world.now = 299_000;
    expect(await tokens.tokenFor('media-service')).toBe('media-service 1');
    expect(world.issued).toHaveLength(1);
    world.now = 300_000;
    expect(await tokens.tokenFor('media-service')).toBe('media-service 1');
    await new Promise(setImmediate);
    expect(await tokens.tokenFor('media-service')).toBe('media-service 2');
  });

  it('last while auth-service is away, and then the service says that it is unavailable', async () => {
    const { world, tokens } = arrange();
    await tokens.tokenFor('media-service');
    world.isDown = true;
    world.now = 580_000;
    expect(await tokens.tokenFor('media-service')).toBe('media-service 1');
    await new Promise(setImmediate);
    world.now = 590_000;
    await expect(tokens.tokenFor('media-service')).rejects.toMatchObject({ kind: 'unavailable' });
    world.isDown = false;
    expect(await tokens.tokenFor('media-service')).toBe('media-service 2');
  });

  it("are asked for in nobody's name", async () => {
    const { world, tokens } = arrange();
    await runInContext(createContext({ authorization: 'Bearer of a person' }), () => tokens.tokenFor('media-service'));
    expect(world.contexts).toEqual([undefined]);
  });
});
