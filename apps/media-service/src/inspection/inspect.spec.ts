import { describe, expect, it } from '@jest/globals';
import { inspect } from './inspect.js';
import { bytesOf, emptyZip, makeExif, makeJpeg, makeMp3, makeMp4, makePng, makeWebp } from './sample-files.builder.js';

const reasonFor = (file: Buffer): Promise<unknown> =>
  inspect(bytesOf(file)).then(
    (inspected) => inspected.type,
    (error: { reason?: unknown }) => error.reason ?? error,
  );
const page = '<script>alert(1)</script>';

describe('inspect', () => {
  it('reads the type and the size of pictures', async () => {
    expect(await inspect(bytesOf(makePng({ width: 640, height: 480 })))).toEqual({
      type: 'image/png',
      width: 640,
      height: 480,
    });
    expect(await inspect(bytesOf(makeJpeg({ width: 300, height: 200 })))).toEqual({
      type: 'image/jpeg',
      width: 300,
      height: 200,
    });
    expect(await inspect(bytesOf(makeJpeg({ width: 300, height: 200, progressive: true })))).toEqual({
      type: 'image/jpeg',
      width: 300,
      height: 200,
    });
    expect(await inspect(bytesOf(makeWebp({ width: 33, height: 44 })))).toEqual({
      type: 'image/webp',
      width: 33,
      height: 44,
    });
  });

  it.each(['II', 'MM'] as const)('turns the size of a photo as its camera asks (%s)', async (order) => {
    const sizeWhen = async (exif: Buffer) => inspect(bytesOf(makeJpeg({ width: 400, height: 300, exif })));
    for (const orientation of [1, 2, 3, 4, 9, 65_535])
      expect(await sizeWhen(makeExif(orientation, order))).toMatchObject({ width: 400, height: 300 });
    for (const orientation of [5, 6, 7, 8])
      expect(await sizeWhen(makeExif(orientation, order))).toMatchObject({ width: 300, height: 400 });
  });

  it('does not mind broken words of a camera', async () => {
    const exif = makeExif(6);
    for (let length = 0; length < exif.length; length++) {
      expect(
        await inspect(bytesOf(makeJpeg({ width: 400, height: 300, exif: exif.subarray(0, length) }))),
      ).toMatchObject({ type: 'image/jpeg' });
    }
    const astray = makeExif(6);
    astray.writeUInt32BE(0xffffffff, 10);
    expect(await inspect(bytesOf(makeJpeg({ width: 400, height: 300, exif: astray })))).toMatchObject({ width: 400 });
  });

  it('reads the duration of an MP3 from its frames, behind a tag of any size', async () => {
    const frames = 1000;
    const seconds = Math.round((frames * 1152) / 44_100);
    expect(await inspect(bytesOf(makeMp3({ frames })))).toEqual({ type: 'audio/mpeg', durationSeconds: seconds });
    expect(await inspect(bytesOf(makeMp3({ frames, tagBytes: 300_000 })))).toEqual({
      type: 'audio/mpeg',
      durationSeconds: seconds,
    });
  });

  it('extrapolates the duration of a long MP3 from its beginning', async () => {
    expect(await inspect(bytesOf(makeMp3({ frames: 25_000 })))).toEqual({ type: 'audio/mpeg', durationSeconds: 653 });
  });

  it('believes the number of frames an encoder wrote, unless the file is too small for it', async () => {
    expect(await inspect(bytesOf(makeMp3({ frames: 40, xingFrames: 1000 })))).toEqual({
      type: 'audio/mpeg',
      durationSeconds: 26,
    });
    expect(await inspect(bytesOf(makeMp3({ frames: 40, xingFrames: 4_000_000_000 })))).toEqual({
      type: 'audio/mpeg',
      durationSeconds: 1,
    });
  });

  it('reads the duration of MP4 and M4A and tells them apart by their tracks and brand', async () => {
    expect(await inspect(bytesOf(makeMp4({ seconds: 63 })))).toEqual({ type: 'video/mp4', durationSeconds: 63 });
    expect(await inspect(bytesOf(makeMp4({ seconds: 70, version: 1 })))).toEqual({
      type: 'video/mp4',
      durationSeconds: 70,
    });
    expect(await inspect(bytesOf(makeMp4({ handlers: ['soun'] })))).toMatchObject({ type: 'audio/mp4' });
    expect(await inspect(bytesOf(makeMp4({ brand: 'M4A ', handlers: ['soun', 'vide'] })))).toMatchObject({
      type: 'audio/mp4',
    });
  });

  it('refuses a picture with more pixels than may be decoded, by its header alone', async () => {
    expect(await reasonFor(makePng({ width: 30_000, height: 30_000 }))).toBe('asset.too_many_pixels');
    expect(await reasonFor(makeJpeg({ width: 64_250, height: 64_250 }))).toBe('asset.too_many_pixels');
    expect(await reasonFor(makeWebp({ width: 16_383, height: 16_383 }))).toBe('asset.too_many_pixels');
    expect(await reasonFor(makePng({ width: 10_000, height: 10_000 }))).toBe('image/png');
  });

  it.each([
    ['PNG', makePng()],
    ['JPEG', makeJpeg()],
    ['WebP', makeWebp()],
    ['MP4', makeMp4()],
  ])('refuses a %s cut anywhere', async (_, file) => {
    for (let length = 12; length < file.length; length++) {
      const reason = await reasonFor(file.subarray(0, length));
      expect([length, ['asset.damaged', 'asset.type_mismatch'].includes(String(reason))]).toEqual([length, true]);
    }
  });

  it('refuses pictures whose headers contradict themselves', async () => {
    const png = makePng();
    png[20] = 9;
    expect(await reasonFor(png)).toBe('asset.damaged');
    expect(await reasonFor(makeJpeg({ width: 0 }))).toBe('asset.damaged');
    expect(
      await reasonFor(Buffer.concat([makeJpeg().subarray(0, 20), Buffer.from('junk'), makeJpeg().subarray(20)])),
    ).toBe('asset.damaged');
  });

  it('refuses animations', async () => {
    expect(await reasonFor(makePng({ extra: [['acTL', Buffer.from([0, 0, 0x27, 0x10, 0, 0, 0, 0])]] }))).toBe(
      'asset.type_mismatch',
    );
    expect(await reasonFor(makeWebp({ animated: true }))).toBe('asset.type_mismatch');
  });

  it('refuses pictures that are pages, programs or archives as well', async () => {
    expect(await reasonFor(Buffer.concat([makePng(), Buffer.from(page)]))).toBe('asset.type_mismatch');
    expect(await reasonFor(makePng({ extra: [['tEXt', Buffer.from(`Comment\0${page}`)]] }))).toBe(
      'asset.type_mismatch',
    );
    expect(await reasonFor(makeJpeg({ comment: '<?php phpinfo(); ?>' }))).toBe('asset.type_mismatch');
    expect(await reasonFor(Buffer.concat([makeJpeg(), emptyZip]))).toBe('asset.type_mismatch');
    expect(await reasonFor(makeJpeg({ comment: '%PDF-1.7' }))).toBe('asset.type_mismatch');
  });

  it('finds a page wherever it lies in a large picture', async () => {
    for (const before of [131_050, 131_058, 262_100, 400_000]) {
      expect(
        await reasonFor(makePng({ extra: [['zzzz', Buffer.concat([Buffer.alloc(before), Buffer.from(page)])]] })),
      ).toBe('asset.type_mismatch');
    }
  });

  it('accepts what cameras leave behind the end of a JPEG', async () => {
    expect(await reasonFor(Buffer.concat([makeJpeg(), makeJpeg({ width: 160, height: 120 })]))).toBe('image/jpeg');
  });

  it.each([
    ['a page', Buffer.from(`<!doctype html><html>${page}</html>`)],
    ['a drawing with a script', Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${page}</svg>`)],
    ['an animation of the old kind', Buffer.from('GIF89a\x01\0\x01\0\0\0\0;', 'latin1')],
    ['an archive', emptyZip],
    ['text', Buffer.from('just words')],
    [
      'frames of layer II',
      Buffer.concat(
        Array.from({ length: 8 }, () => Buffer.concat([Buffer.from([0xff, 0xfd, 0x90, 0]), Buffer.alloc(413)])),
      ),
    ],
  ])('refuses %s', async (_, file) => {
    expect(await reasonFor(file)).toBe('asset.type_mismatch');
  });

  it('refuses an MP3 that is only a tag, and an MP4 without tracks or data', async () => {
    expect(await reasonFor(makeMp3({ frames: 0, tagBytes: 2_000 }))).toBe('asset.damaged');
    expect(await reasonFor(makeMp4({ handlers: [] }))).toBe('asset.damaged');
    expect(await reasonFor(makeMp4({ handlers: ['text'] }))).toBe('asset.damaged');
  });

  it('refuses an MP4 with a foreign file behind it', async () => {
    expect(await reasonFor(Buffer.concat([makeMp4(), Buffer.from('PK\x03\x04 and more of it', 'latin1')]))).toBe(
      'asset.damaged',
    );
  });
});
