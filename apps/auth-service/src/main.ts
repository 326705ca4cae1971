import { runApps } from '@mediamesh/app';
import { authService } from './index.js';

await runApps([authService]);
