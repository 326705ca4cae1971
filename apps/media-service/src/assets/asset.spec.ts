import { describe, expect, it } from '@jest/globals';
import type { DeclareAsset } from '@mediamesh/contracts';
import { declareAsset, judge, pathOf, readMediaType, rejection, toAsset, toPublicFile } from './asset.js';

const declaration: DeclareAsset = { fileName: 'Cover.PNG', type: 'image/png', size: 70 };
const declare = (changes: Partial<DeclareAsset> = {}) =>
  declareAsset({ ...declaration, ...changes }, { id: 'a1', createdBy: 'u1', now: new Date('2026-01-01T00:00:00Z') });

describe('declareAsset', () => {
  it('makes an asset that waits for its bytes', () => {
    expect(declare({ alt: { ar: 'غلاف' } })).toMatchObject({
      id: 'a1',
      status: 'declared',
      type: 'image/png',
      path: null,
      alt: { ar: 'غلاف' },
      createdBy: 'u1',
      version: 1,
    });
  });

  it.each([
    'image/svg+xml',
    'text/html',
    'image/gif',
    'application/octet-stream',
    'video/quicktime',
    'application/x-php',
    '',
    'image',
  ])('refuses %j', (type) => {
    expect(() => declare({ type })).toThrow(
      expect.objectContaining({ errors: [{ pointer: '/type', code: 'asset.type_not_allowed' }] }),
    );
  });

  it('refuses a picture too large to be searched, not a recording', () => {
    expect(() => declare({ size: 65 * 1024 ** 2 })).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ pointer: '/size', code: 'field.too_big' })] }),
    );
    expect(declare({ type: 'audio/mpeg', size: 65 * 1024 ** 2 }).size).toBe(65 * 1024 ** 2);
  });
});

describe('readMediaType', () => {
  it('leaves out parameters and knows the common misnomer of JPEG', () => {
    expect(readMediaType('Image/PNG; charset=binary')).toBe('image/png');
    expect(readMediaType('image/jpg')).toBe('image/jpeg');
    expect(readMediaType('image/svg+xml')).toBeUndefined();
    expect(readMediaType(undefined)).toBeUndefined();
  });
});

describe('judge', () => {
  const asset = { ...declare(), uploadedSha256: 'ab' };
  const inspected = { type: 'image/png', width: 1, height: 1 } as const;

  it('finds bytes as declared ready', () => {
    expect(judge(asset, 70, inspected)).toEqual({ status: 'ready', inspected });
    expect(judge({ ...asset, sha256: 'ab' }, 70, inspected).status).toBe('ready');
  });

  it('rejects another size, checksum or type', () => {
    expect(judge(asset, 71, inspected)).toEqual({ status: 'rejected', reason: 'asset.size_mismatch' });
    expect(judge({ ...asset, sha256: 'cd' }, 70, inspected)).toEqual({
      status: 'rejected',
      reason: 'asset.checksum_mismatch',
    });
    expect(judge(asset, 70, { type: 'image/jpeg' })).toEqual({ status: 'rejected', reason: 'asset.type_mismatch' });
  });

  it('tells why, with a pointer to what was declared', () => {
    expect(rejection('asset.type_mismatch')).toMatchObject({
      status: 422,
      code: 'asset.type_mismatch',
      errors: [{ pointer: '/type', code: 'asset.type_mismatch' }],
    });
    expect(rejection('asset.damaged')).toMatchObject({ status: 422, code: 'asset.damaged' });
    expect(rejection('something old')).toMatchObject({ status: 422, code: 'asset.rejected' });
  });
});

describe('what others see', () => {
  it('never shows where the bytes are', () => {
    expect(Object.keys(toAsset({ ...declare(), objectKey: 'k', uploadedSha256: 's' }))).not.toEqual(
      expect.arrayContaining(['objectKey']),
    );
  });

  it('gives documents the address and measures of a ready asset only', () => {
    const asset = declare({ alt: { en: 'Cover' } });
    expect(toPublicFile({ ...asset, path: pathOf(asset), width: 10, height: 20 })).toEqual({
      assetId: 'a1',
      path: 'a1/cover.png',
      type: 'image/png',
      length: 70,
      width: 10,
      height: 20,
      alt: { en: 'Cover' },
    });
    expect(() => toPublicFile(asset)).toThrow();
  });
});
