export * from './limit-guard.js';
export type { LimitedRequest } from './limit-keys.js';
export * from './limit-policy.js';
export * from './limit-store.js';
export * from './limits.js';
export * from './memory-limit-store.js';
