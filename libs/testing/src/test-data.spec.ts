import { describe, expect, it } from '@jest/globals';
import { testData } from './test-data.js';

describe('outside test data', () => {
  it('is undefined for a folder that is not there', () => {
    expect(testData('no-folder-has-this-name')).toBeUndefined();
  });
});
