import { runApps } from '@mediamesh/app';
import { embeddedMesh } from './embedded/index.js';
import { apps } from './index.js';

await runApps(apps, embeddedMesh());
