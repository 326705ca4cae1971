export { deleteOld, type Remains, startCleaning } from './cleaner.js';
export { type DueRow, DueTable, type DueTableOptions } from './due-table.js';
export { isLeaseFree, Lease, LeaseLost, type LeaseOptions } from './lease.js';
export { PeriodicWorker, type PeriodicWorkerOptions, WorkerStop } from './periodic-worker.js';
export { type Holder, type QueueRow, QueueTable } from './queue-table.js';
export { QueueWorker, type QueueWorkerOptions } from './queue-worker.js';
