import type { RefusalKind } from './refusal.js';
import type { Message } from '../errors/messages.js';

export const problemTitles: Record<RefusalKind, Message> = {
  malformed: { en: 'Malformed request', ar: 'طلب غير مفهوم' },
  unauthenticated: { en: 'Not logged in', ar: 'الدخول مطلوب' },
  forbidden: { en: 'Not allowed', ar: 'غير مسموح' },
  notFound: { en: 'Not found', ar: 'غير موجود' },
  methodNotAllowed: { en: 'Method not allowed', ar: 'طريقة غير مقبولة' },
  notAcceptable: { en: 'Not acceptable', ar: 'صيغة غير متاحة' },
  timeout: { en: 'Request timed out', ar: 'انتهت مهلة الطلب' },
  conflict: { en: 'Conflict', ar: 'تعارض' },
  stale: { en: 'Changed in the meantime', ar: 'تغيّر في هذه الأثناء' },
  tooLarge: { en: 'Too large', ar: 'أكبر من المسموح' },
  uriTooLong: { en: 'Address too long', ar: 'العنوان أطول من المسموح' },
  unsupportedMediaType: { en: 'Unsupported media type', ar: 'نوع محتوى غير مقبول' },
  rangeNotSatisfiable: { en: 'Range not satisfiable', ar: 'مدى غير موجود' },
  invalid: { en: 'Not valid', ar: 'غير صالح' },
  preconditionRequired: { en: 'Precondition required', ar: 'شرط مسبق مطلوب' },
  limited: { en: 'Too many requests', ar: 'طلبات كثيرة' },
  headersTooLarge: { en: 'Headers too large', ar: 'ترويسات أكبر من المسموح' },
  internal: { en: 'Internal error', ar: 'خطأ داخلي' },
  unavailable: { en: 'Temporarily unavailable', ar: 'غير متاح مؤقتًا' },
};
