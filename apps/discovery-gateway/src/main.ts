import { runApps } from '@mediamesh/app';
import { discoveryGateway } from './index.js';

await runApps([discoveryGateway]);
