import { runApps } from '@mediamesh/app';
import { cmsService } from './index.js';

await runApps([cmsService]);
