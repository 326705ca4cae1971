import type { AnyApp } from '@mediamesh/app';
import { apps as hosted } from '@mediamesh/apps/all-in-one';
import { isGateway } from '@mediamesh/contracts';

/** The apps in the order of the documentation, gateways first. */
export const apps: readonly AnyApp[] = [
  ...hosted.filter(({ name }) => isGateway(name)),
  ...hosted.filter(({ name }) => !isGateway(name)),
];
