import { describe, expect, it } from '@jest/globals';
import { appNames, ConsumingApp } from '@mediamesh/contracts';
import { listConsumers } from '@mediamesh/events';
import { apps } from '../generate/apps.js';

describe('the lists of apps that stand in contracts', () => {
  it('have every app that is hosted', () => {
    expect(apps.map(({ name }) => name).toSorted()).toEqual(appNames.toSorted());
  });

  it('have every app that can have dead letters', () => {
    const consuming = apps.filter(({ controllers }) =>
      controllers.flatMap(listConsumers).some(({ broadcast }) => !broadcast),
    );
    expect(consuming.map(({ name }) => name).toSorted()).toEqual(ConsumingApp.options.toSorted());
  });
});
