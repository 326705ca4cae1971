import { afterAll } from '@jest/globals';
import { describeWithServer } from '@mediamesh/testing';
import { describeSearchIndex } from '../search-index.contract.js';
import { newAlias, optionsOf, prepareIndex, removeIndexes } from './index-in-tests.builder.js';
import { OpenSearchIndex } from './opensearch-search-index.js';

describeWithServer('opensearch', 'OpenSearch', (url = '') => {
  const aliases: string[] = [];
  afterAll(() => removeIndexes(url, aliases));

  describeSearchIndex('OpenSearch', { refreshIsImmediate: false }, () => {
    const options = optionsOf(url, newAlias());
    aliases.push(options.alias);
    return async () => {
      await prepareIndex(options);
      return new OpenSearchIndex(options);
    };
  });
});
