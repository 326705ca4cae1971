import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { mediaTypes } from '@mediamesh/contracts';
import { describeWithTestData } from '@mediamesh/testing';
import { judge } from '../assets/asset.js';
import { inspect, type Inspection } from './inspect.js';
import { bytesOf } from './sample-files.builder.js';
import type { UnfitContent } from './unfit-content.js';

const megabyte = 1024 ** 2;

/** What the files of a folder really are, and how much memory finding out took at the most, in bytes. */
async function inspectFolder(
  folder: string,
): Promise<{ results: Map<string, Inspection | UnfitContent>; memory: number }> {
  const results = new Map<string, Inspection | UnfitContent>();
  let memory = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true }).filter((one) => one.isFile())) {
    const file = readFileSync(join(folder, entry.name));
    const before = process.memoryUsage.rss();
    results.set(entry.name, await inspect(bytesOf(file)).catch((error: UnfitContent) => error));
    memory = Math.max(memory, process.memoryUsage.rss() - before);
  }
  return { results, memory };
}

/** The accepted files of a folder, by the type found, whatever type they are declared as. */
function acceptedAs(results: Map<string, Inspection | UnfitContent>): Record<string, string[]> {
  const accepted: Record<string, string[]> = {};
  for (const declared of mediaTypes) {
    for (const [name, found] of results) {
      if (found instanceof Error) {
        expect([name, found.reason]).toEqual([
          name,
          expect.stringMatching(/^asset\.(?:type_mismatch|damaged|too_many_pixels)$/),
        ]);
        continue;
      }
      const verdict = judge({ type: declared, size: 1, sha256: null, uploadedSha256: 'x' }, 1, found);
      if (verdict.status === 'ready') (accepted[declared] ??= []).push(name);
    }
  }
  return accepted;
}

describe('files nobody here made', () => {
  describeWithTestData('uploads-file-type', 'small files of 84 formats', (folder) => {
    it('are accepted as what they are, and as nothing else', async () => {
      const { results, memory } = await inspectFolder(folder);
      expect(acceptedAs(results)).toEqual({
        'image/jpeg': ['fixture.jpg'],
        'image/webp': ['fixture.webp'],
        'audio/mpeg': ['fixture-bad-offset.mp3'],
        'audio/mp4': ['fixture-babys-songbook.m4b.m4a', 'fixture.m4a'],
        'video/mp4': ['fixture-imovie.mp4', 'fixture.m4v'],
      });
      expect(results.get('fixture-babys-songbook.m4b.m4a')).toMatchObject({ durationSeconds: 991 });
      expect(results.get('fixture-isom.mp4')).toMatchObject({ reason: 'asset.damaged' });
      expect(memory).toBeLessThan(100 * megabyte);
    });
  });

  describeWithTestData('uploads-payload', 'uploads under true and false names', (folder) => {
    it('are accepted by what they hold, not by what they are called', async () => {
      const { results } = await inspectFolder(folder);
      expect(acceptedAs(results)).toEqual({
        'image/jpeg': [
          'horizontal-squares.jpg',
          'image-as-pdf.pdf',
          'image.jpg',
          'ios-image.jpeg',
          'test-image-1500x735.jpeg',
        ],
        'image/png': ['image with spaces.png', 'small.png', 'temp-renamed.png', 'temp.png', 'unstored.png'],
        'audio/mpeg': ['audio.mp3'],
      });
      expect(results.get('test-image-1500x735.jpeg')).toMatchObject({ width: 1500, height: 735 });
      for (const name of ['xss-payload.svg', 'corrupt.svg', 'image.svg', 'test.html', 'test-image.jxl'])
        expect(results.get(name)).toMatchObject({ reason: 'asset.type_mismatch' });
    });

    it('are refused when they are cut in half', async () => {
      for (const name of ['image.jpg', 'ios-image.jpeg', 'image with spaces.png', 'small.png']) {
        const file = readFileSync(join(folder, name));
        await expect(inspect(bytesOf(file.subarray(0, file.length / 2)))).rejects.toMatchObject({
          reason: 'asset.damaged',
        });
      }
    });
  });

  describeWithTestData('attack-fuzzdb', 'hostile pictures', (folder) => {
    it('are refused without being decoded', async () => {
      const { results, memory } = await inspectFolder(join(folder, 'file-upload/malicious-images'));
      expect(acceptedAs(results)).toEqual({});
      expect(results.get('lottapixel.jpg')).toMatchObject({ reason: 'asset.too_many_pixels' });
      expect(memory).toBeLessThan(50 * megabyte);
    });
  });
});
