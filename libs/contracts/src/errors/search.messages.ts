export const searchMessages = {
  'search.not_ready': {
    en: 'The search index is being built; try again soon',
    ar: 'يجري بناء فهرس البحث؛ حاول مجددًا بعد قليل',
  },
  'reindex.not_found': { en: 'There is no such building of the index', ar: 'لا توجد عملية بناء للفهرس كهذه' },
  'reindex.source_away': {
    en: 'What is public could not be read for too long; start it again later',
    ar: 'تعذّرت قراءة المحتوى المنشور مدة طويلة؛ ابدأ من جديد لاحقًا',
  },
  'reindex.index_away': {
    en: 'The new index could not be written for too long; start it again later',
    ar: 'تعذّرت الكتابة في الفهرس الجديد مدة طويلة؛ ابدأ من جديد لاحقًا',
  },
  'reindex.internal': { en: 'Something went wrong on our side', ar: 'حدث خطأ من جهتنا' },
} as const;
