export const ingestMessages = {
  'source.not_found': { en: 'There is no such source', ar: 'لا يوجد مصدر كهذا' },
  'source.url_taken': { en: 'There is a source with this address already', ar: 'يوجد مصدر بهذا العنوان' },
  'source.url_not_allowed': { en: 'This address cannot be a source', ar: 'لا يمكن أن يكون هذا العنوان مصدرًا' },
  'source.has_no_url': { en: 'This source has no address; send the feed as the body', ar: 'لا عنوان لهذا المصدر؛ أرسل الخلاصة في الطلب' },
  'run.not_found': { en: 'There is no such run', ar: 'لا يوجد استيراد كهذا' },
  'run.already_running': { en: 'A run of this source is under way', ar: 'يجري استيراد لهذا المصدر الآن' },
} as const;
