/** The examples are about one podcast on coffee, its first episode and the people around it. */
export const ids = {
  program: '0199d2c4-7d10-7a41-8c55-1f0b6e2d9a01',
  episode: '0199d2c9-02b4-7d3e-9b1a-52c7e8f4ab02',
  cover: '0199d2c4-1a2b-7c3d-8e4f-506172839405',
  audio: '0199d2c8-5f60-7b12-a3c4-d5e6f7081906',
  editor: '0199d2c0-1111-7222-8333-444455556609',
  source: '0199d2cf-9a8b-7c6d-8e5f-40312233b458',
  run: '0199d2d0-4411-7e22-9f33-a4b5c6d7e8f7',
  reindex: '0199d2e0-0020-7abc-8def-0123456789ab',
  programVersion: '0199d2c4-7d11-7b52-9d66-2a1c7f3e0b10',
  episodeVersion: '0199d2c9-02b5-7e4f-8c2b-63d8f905bc13',
  event: '0199d2e0-0004-7abc-8def-0123456789ab',
} as const;

export const at = {
  made: '2025-10-11T13:58:00.000Z',
  uploaded: '2025-10-11T13:57:00.000Z',
  released: '2025-10-02T06:00:00.000Z',
  published: '2025-10-11T14:00:00.000Z',
  imported: '2025-10-11T15:00:00.000Z',
} as const;

export const version = 3;
export const revision = 1_760_191_200_000;

export const texts = {
  program: {
    ar: {
      title: 'فنجان القهوة',
      subtitle: 'من المزرعة إلى المجلس',
      description: '<p>حكايات عن القهوة العربية، من المزرعة إلى المجلس.</p>',
    },
    en: {
      title: 'The Coffee Cup',
      subtitle: 'From the farm to the majlis',
      description: '<p>Stories of Arabic coffee, from the farm to the majlis.</p>',
    },
  },
  episode: {
    ar: { title: 'من اليمن إلى العالم', description: '<p>كيف خرجت القهوة من ميناء المخا؟</p>' },
    en: { title: 'From Yemen to the world', description: '<p>How coffee left the port of Mocha.</p>' },
  },
  summary: {
    program: {
      ar: 'حكايات عن القهوة العربية، من المزرعة إلى المجلس.',
      en: 'Stories of Arabic coffee, from the farm to the majlis.',
    },
    episode: { ar: 'كيف خرجت القهوة من ميناء المخا؟', en: 'How coffee left the port of Mocha.' },
  },
  slug: {
    program: { ar: 'فنجان-القهوة', en: 'the-coffee-cup' },
    episode: { ar: 'من-اليمن-إلى-العالم', en: 'from-yemen-to-the-world' },
  },
  alt: { ar: 'فنجان قهوة على طاولة خشبية', en: 'A cup of coffee on a wooden table' },
};

export const people = [
  { name: 'ليلى الحداد', role: 'host' },
  { name: 'Omar Saleh', role: 'producer' },
];

export const pageWith = <T>(item: T): { items: T[]; next: null } => ({ items: [item], next: null });
