// The apps under PM2: `npm run pm2 -- start ecosystem.config.js`. tools/pm2/processes.ts says how each is started.
export { processes as apps } from './dist/tools/pm2/processes.js';
