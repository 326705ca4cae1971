export const authMessages = {
  'auth.required': { en: 'Log in first', ar: 'سجّل الدخول أولًا' },
  'auth.invalid_token': { en: 'This token is not valid', ar: 'رمز الدخول غير صالح' },
  'auth.wrong_credentials': {
    en: 'The e-mail or the password is wrong',
    ar: 'البريد الإلكتروني أو كلمة المرور غير صحيحة',
  },
  'auth.not_allowed': { en: 'Your role does not allow this', ar: 'دورك لا يسمح بهذا' },
  'auth.service_required': { en: 'Only the mesh itself may call this', ar: 'هذا العنوان مخصص لخدمات المنصة' },
  'user.email_taken': { en: 'There is an account with this e-mail already', ar: 'يوجد حساب بهذا البريد الإلكتروني' },
  'user.email_malformed': { en: 'This is not an e-mail address', ar: 'هذا ليس عنوان بريد إلكتروني' },
} as const;
