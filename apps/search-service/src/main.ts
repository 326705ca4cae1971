import { runApps } from '@mediamesh/app';
import { searchService } from './index.js';

await runApps([searchService]);
