import type { AnyApp } from '@mediamesh/app';
import { apps as hosted } from '@mediamesh/apps/all-in-one';

/** The apps as they are documented: the gateways, which people meet, come first. */
export const apps: readonly AnyApp[] = [
  ...hosted.filter(({ role }) => role === 'gateway'),
  ...hosted.filter(({ role }) => role === 'service'),
];
