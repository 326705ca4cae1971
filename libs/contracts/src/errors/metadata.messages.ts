export const metadataMessages = {
  'version.exists': { en: 'This version exists with other content', ar: 'توجد هذه النسخة بمحتوى آخر' },
  'category.unknown': { en: 'There is no such category', ar: 'لا يوجد تصنيف كهذا' },
} as const;
