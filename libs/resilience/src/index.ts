export * from './breaker.js';
export * from './deadline.js';
export * from './retry-budget.js';
export * from './resource.js';
