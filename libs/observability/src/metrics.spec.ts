import { afterEach, describe, expect, it } from '@jest/globals';
import { createMetrics, type Metrics } from './metrics.js';

describe('the measurements of an app', () => {
  const open: Metrics[] = [];
  const create = (): Metrics => {
    const metrics = createMetrics('test');
    open.push(metrics);
    return metrics;
  };
  afterEach(async () => {
    for (const metrics of open.splice(0)) await metrics.close();
  });

  it('show every value that is watched under one name', async () => {
    const metrics = create();
    metrics.observe('mediamesh_open', () => 0, { target: 'a' });
    metrics.observe('mediamesh_open', () => 1, { target: 'b' });
    const text = await metrics.render();
    expect(text).toMatch(/mediamesh_open\{[^}]*target="a"[^}]*\} 0/);
    expect(text).toMatch(/mediamesh_open\{[^}]*target="b"[^}]*\} 1/);
  });

  it('are still shown when one of them cannot be read', async () => {
    const metrics = create();
    metrics.observe('mediamesh_broken', () => Promise.reject(new Error('away')));
    metrics.count('mediamesh_things', { kind: 'a' }, 2);
    expect(await metrics.render()).toMatch(/mediamesh_things(?:_total)?\{[^}]*kind="a"[^}]*\} 2/);
  });

  it('of two apps are their own', async () => {
    const [one, other] = [create(), create()];
    one.count('mediamesh_things');
    expect(await other.render()).not.toContain('mediamesh_things');
  });
});
