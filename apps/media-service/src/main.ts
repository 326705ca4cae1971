import { runApps } from '@mediamesh/app';
import { mediaService } from './index.js';

await runApps([mediaService]);
