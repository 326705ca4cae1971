export const discoveryMessages = {
  'language.not_available': { en: 'It is not available in this language', ar: 'غير متاح بهذه اللغة' },
  'file.not_found': { en: 'There is no such file', ar: 'لا يوجد ملف كهذا' },
  'dead_letter.not_found': { en: 'There is no such dead letter', ar: 'لا توجد رسالة كهذه' },
} as const;
