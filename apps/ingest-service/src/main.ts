import { runApps } from '@mediamesh/app';
import { ingestService } from './index.js';

await runApps([ingestService]);
