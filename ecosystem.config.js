// The apps under PM2: `npm run pm2 -- start ecosystem.config.js`. Defined in tools/pm2/processes.ts.
export { processes as apps } from './dist/tools/pm2/processes.js';
