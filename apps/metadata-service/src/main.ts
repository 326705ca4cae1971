import { runApps } from '@mediamesh/app';
import { metadataService } from './index.js';

await runApps([metadataService]);
