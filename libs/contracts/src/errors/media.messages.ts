export const mediaMessages = {
  'asset.not_found': { en: 'There is no such asset', ar: 'لا يوجد ملف كهذا' },
  'asset.type_not_allowed': { en: 'Files of this type are not accepted', ar: 'هذا النوع من الملفات غير مقبول' },
  'asset.not_uploaded': { en: 'The file has not been uploaded yet', ar: 'لم يُرفع الملف بعد' },
  'asset.type_mismatch': { en: 'The file is not of the type declared', ar: 'الملف ليس من النوع المصرّح به' },
  'asset.size_mismatch': { en: 'The file does not have the size declared', ar: 'حجم الملف يختلف عن الحجم المصرّح به' },
  'asset.checksum_mismatch': {
    en: 'The file does not have the checksum declared',
    ar: 'بصمة الملف تختلف عن المصرّح بها',
  },
  'asset.damaged': { en: 'The file is damaged', ar: 'الملف تالف' },
  'asset.too_many_pixels': { en: 'The picture has too many pixels', ar: 'أبعاد الصورة أكبر من المسموح' },
  'asset.rejected': { en: 'The file was rejected', ar: 'رُفض الملف' },
  'asset.kind_mismatch': { en: 'The file cannot be used for this', ar: 'لا يصلح الملف لهذا الغرض' },
  'asset.already_complete': { en: 'The upload was completed already', ar: 'اكتمل الرفع من قبل' },
  'upload.refused': { en: 'This upload link is not valid or has expired', ar: 'رابط الرفع غير صالح أو انتهت مدته' },
} as const;
