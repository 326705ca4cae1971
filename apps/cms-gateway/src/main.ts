import { runApps } from '@mediamesh/app';
import { cmsGateway } from './index.js';

await runApps([cmsGateway]);
