import { runApps } from '@mediamesh/app';
import { discoveryService } from './index.js';

await runApps([discoveryService]);
