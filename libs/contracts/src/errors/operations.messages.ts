export const operationsMessages = {
  'outbox.event_not_found': { en: 'There is no such parked event', ar: 'لا يوجد حدث موقوف كهذا' },
} as const;
