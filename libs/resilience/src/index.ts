export * from './abort.js';
export * from './breaker.js';
export * from './deadline.js';
export * from './look-rarely.js';
export * from './resource.js';
export * from './retry.js';
export * from './retry-budget.js';
export * from './within.js';
