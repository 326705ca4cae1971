/** Refusals of any endpoint, and codes of invalid fields. */
export const requestMessages = {
  'request.malformed': { en: 'The request cannot be parsed', ar: 'تعذّرت قراءة الطلب' },
  'request.invalid': { en: 'Some of what was sent is not valid', ar: 'بعض ما أُرسل غير صالح' },
  'request.not_found': { en: 'There is nothing at this address', ar: 'لا يوجد شيء في هذا العنوان' },
  'request.method_not_allowed': {
    en: 'This address does not offer this method',
    ar: 'هذا العنوان لا يقبل هذه الطريقة',
  },
  'request.not_acceptable': {
    en: 'The answer cannot be given in the form asked for',
    ar: 'لا يمكن تقديم الجواب بالصيغة المطلوبة',
  },
  'request.timeout': { en: 'The request took too long to arrive', ar: 'استغرق وصول الطلب وقتًا طويلًا' },
  'request.too_large': { en: 'The request is too large', ar: 'الطلب أكبر من المسموح' },
  'request.uri_too_long': { en: 'The address is too long', ar: 'العنوان أطول من المسموح' },
  'request.headers_too_large': { en: 'The headers are too large', ar: 'ترويسات الطلب أكبر من المسموح' },
  'request.unsupported_media_type': {
    en: 'This type of content is not accepted here',
    ar: 'هذا النوع من المحتوى غير مقبول هنا',
  },
  'request.range_not_satisfiable': { en: 'The range asked for does not exist', ar: 'المدى المطلوب غير موجود' },
  'request.if_match_required': {
    en: 'Send If-Match with the ETag you last read',
    ar: 'أرسل If-Match مع آخر ETag قرأته',
  },
  'request.stale': { en: 'Someone changed it since you read it', ar: 'غيّره شخص آخر بعد أن قرأته' },
  'request.limited': {
    en: 'Too many requests; try again in {retryAfter} s',
    ar: 'طلبات كثيرة؛ حاول مجددًا بعد {retryAfter} ث',
  },
  'request.internal': { en: 'Something went wrong on our side', ar: 'حدث خطأ من جهتنا' },
  'request.unavailable': {
    en: 'Something needed for this is not available right now',
    ar: 'جزء لازم لهذا غير متاح الآن',
  },
  'request.busy': {
    en: 'This is being changed by others too often right now; try again',
    ar: 'يجري تغيير هذا من آخرين الآن؛ حاول مجددًا',
  },

  'field.required': { en: 'This is required', ar: 'هذا الحقل مطلوب' },
  'field.unknown': { en: 'There is no such field', ar: 'لا يوجد حقل بهذا الاسم' },
  'field.type': { en: 'This must be {expected}', ar: 'يجب أن تكون القيمة {expected}' },
  'field.invalid': { en: 'This value is not valid', ar: 'هذه القيمة غير صالحة' },
  'field.too_long': { en: 'At most {maximum} are allowed', ar: 'الحد الأقصى {maximum}' },
  'field.too_short': { en: 'At least {minimum} are needed', ar: 'الحد الأدنى {minimum}' },
  'field.too_big': { en: 'It must not be above {maximum}', ar: 'يجب ألا تزيد على {maximum}' },
  'field.too_small': { en: 'It must not be below {minimum}', ar: 'يجب ألا تقل عن {minimum}' },
  'field.not_one_of': { en: 'It must be one of: {options}', ar: 'يجب أن تكون واحدة من: {options}' },
  'field.duplicate': { en: 'It appears twice', ar: 'القيمة مكررة' },
  'text.forbidden_character': {
    en: 'The text holds a character that cannot be stored',
    ar: 'يحوي النص محرفًا لا يمكن حفظه',
  },
  'language.unknown': { en: 'This is not a language tag (BCP 47)', ar: 'هذا ليس رمز لغة صحيحًا (BCP 47)' },
  'id.malformed': { en: 'This is not an id', ar: 'هذا ليس معرّفًا' },
  'date.malformed': { en: 'This is not a date with a zone (ISO 8601)', ar: 'هذا ليس تاريخًا بمنطقة زمنية (ISO 8601)' },
  'cursor.invalid': { en: 'This cursor is not one of ours for this list', ar: 'هذا المؤشر لا يخص هذه القائمة' },
  'cursor.expired': {
    en: 'This cursor belongs to an older list; begin again',
    ar: 'هذا المؤشر يخص قائمة أقدم؛ ابدأ من جديد',
  },
} as const;
