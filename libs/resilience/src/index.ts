export * from './breaker.js';
export * from './deadline.js';
export * from './retry-budget.js';
export * from './look-rarely.js';
export * from './resource.js';
export * from './within.js';
