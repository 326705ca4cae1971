export const ingestMessages = {
  'source.not_found': { en: 'There is no such source', ar: 'لا يوجد مصدر كهذا' },
  'source.url_taken': { en: 'There is a source with this address already', ar: 'يوجد مصدر بهذا العنوان' },
  'source.url_not_allowed': { en: 'This address cannot be a source', ar: 'لا يمكن أن يكون هذا العنوان مصدرًا' },
  'source.has_no_url': {
    en: 'This source has no address; send the feed as the body',
    ar: 'لا عنوان لهذا المصدر؛ أرسل الخلاصة في الطلب',
  },
  'run.not_found': { en: 'There is no such run', ar: 'لا يوجد استيراد كهذا' },
  'run.already_running': { en: 'A run of this source is under way', ar: 'يجري استيراد لهذا المصدر الآن' },
  'run.interrupted': { en: 'The run was interrupted; start it again', ar: 'انقطع الاستيراد؛ ابدأه من جديد' },
  'run.neighbour_away': {
    en: 'A part of the system that the run needs did not answer; start it again later',
    ar: 'جزء من النظام يحتاجه الاستيراد لم يُجب؛ ابدأه من جديد لاحقًا',
  },
  'run.program_refused': {
    en: 'What the feed says about the program could not be stored',
    ar: 'تعذّر حفظ ما تقوله الخلاصة عن البرنامج',
  },
  'run.internal': { en: 'Something went wrong on our side', ar: 'حدث خطأ من جهتنا' },

  'feed.url_invalid': { en: 'This is not a web address that can be fetched', ar: 'ليس هذا عنوان ويب يمكن جلبه' },
  'feed.credentials_in_url': {
    en: 'An address must not hold a user name or a password',
    ar: 'يجب ألا يحوي العنوان اسم مستخدم أو كلمة مرور',
  },
  'feed.private_address': {
    en: 'This address is not on the public Internet',
    ar: 'هذا العنوان ليس على الإنترنت العام',
  },
  'feed.unreachable': { en: 'The server could not be reached', ar: 'تعذّر الوصول إلى الخادم' },
  'feed.timeout': { en: 'Fetching or reading the feed took too long', ar: 'استغرق جلب الخلاصة أو قراءتها وقتًا طويلًا' },
  'feed.aborted': { en: 'The fetch was stopped', ar: 'أُوقف الجلب' },
  'feed.too_many_redirects': { en: 'The address redirects too often', ar: 'يحيل العنوان إلى غيره مرات كثيرة' },
  'feed.http_status': { en: 'The server did not give the feed', ar: 'لم يعطِ الخادم الخلاصة' },
  'feed.gone': { en: 'The server says that the feed is gone for good', ar: 'يقول الخادم إن الخلاصة أُزيلت نهائيًا' },
  'feed.too_large': { en: 'The feed is too large', ar: 'الخلاصة أكبر من المسموح' },
  'feed.cut_short': { en: 'The answer ended before it was whole', ar: 'انقطع الجواب قبل أن يكتمل' },
  'feed.undecodable': { en: 'The encoding of the feed cannot be read', ar: 'تعذّرت قراءة ترميز الخلاصة' },
  'feed.not_a_feed': { en: 'This is not a feed', ar: 'ليست هذه خلاصة' },
  'feed.unsupported_format': { en: 'This format of feeds is not supported', ar: 'صيغة الخلاصة هذه غير مدعومة' },
  'feed.too_complex': { en: 'The feed is too complex to be read', ar: 'الخلاصة أعقد من أن تُقرأ' },

  'feed.moved': {
    en: 'The feed says that it has moved to another address',
    ar: 'تقول الخلاصة إنها انتقلت إلى عنوان آخر',
  },
  'feed.blocked': {
    en: 'The publisher asks directories not to list the program',
    ar: 'يطلب الناشر من الأدلة عدم إدراج البرنامج',
  },
  'feed.mended': { en: 'Something in the feed was mended or left out', ar: 'أُصلح شيء في الخلاصة أو تُرك' },
  'feed.xml_cut': {
    en: 'The feed ends before its end; items may be missing',
    ar: 'تنتهي الخلاصة قبل نهايتها؛ قد تنقص عناصر',
  },
  'feed.xml_too_many_elements': { en: 'The feed is longer than what is read of one', ar: 'الخلاصة أطول مما يُقرأ' },
  'feed.xml_mismatched_tag': {
    en: 'Tags of the feed that do not match were mended',
    ar: 'أُصلحت وسوم غير متطابقة في الخلاصة',
  },
  'feed.xml_stray_markup': {
    en: 'Markup of the feed that has no meaning was mended',
    ar: 'أُصلحت علامات لا معنى لها في الخلاصة',
  },
  'feed.xml_after_root': { en: 'What follows the end of the feed was left out', ar: 'تُرك ما يلي نهاية الخلاصة' },
  'feed.xml_undeclared_prefix': { en: 'Elements with an unknown prefix were left out', ar: 'تُركت عناصر ببادئة مجهولة' },
  'feed.items_capped': { en: 'The feed has more items than are read of one', ar: 'في الخلاصة عناصر أكثر مما يُقرأ' },
  'feed.charset_ignored': {
    en: 'The feed is not in the encoding that its server names',
    ar: 'الخلاصة ليست بالترميز الذي يذكره خادمها',
  },
  'feed.title_cut': { en: 'The title of the program was shortened', ar: 'اختُصر عنوان البرنامج' },
  'feed.description_cut': { en: 'The description of the program was shortened', ar: 'اختُصر وصف البرنامج' },
  'feed.link_ignored': {
    en: 'The link of the program is not valid and was left out',
    ar: 'رابط البرنامج غير صالح فتُرك',
  },
  'feed.tags_ignored': { en: 'Tags of the program were left out', ar: 'تُركت وسوم للبرنامج' },
  'feed.people_ignored': { en: 'People of the program were left out', ar: 'تُرك أشخاص من البرنامج' },

  'item.mended': { en: 'Something in the item was mended or left out', ar: 'أُصلح شيء في العنصر أو تُرك' },
  'item.duplicate': { en: 'Another item of the feed says the same', ar: 'عنصر آخر في الخلاصة يقول الشيء نفسه' },
  'item.empty': {
    en: 'There is nothing in the item; its episode is an empty draft',
    ar: 'العنصر فارغ؛ حلقته مسودة فارغة',
  },
  'item.not_stored': {
    en: 'The item could not be stored; the next run tries again',
    ar: 'تعذّر حفظ العنصر؛ سيحاول الاستيراد التالي من جديد',
  },
  'item.blocked': { en: 'The publisher asks not to show it; it stays a draft', ar: 'يطلب الناشر عدم عرضه؛ يبقى مسودة' },
  'item.shared_guid': {
    en: 'Several items of the feed have the same identifier',
    ar: 'عدة عناصر في الخلاصة لها المعرّف نفسه',
  },
  'item.guid_ignored': { en: 'The identifier is too long and was left out', ar: 'المعرّف أطول من المسموح فتُرك' },
  'item.title_cut': { en: 'The title was shortened', ar: 'اختُصر العنوان' },
  'item.description_cut': { en: 'The description was shortened', ar: 'اختُصر الوصف' },
  'item.date_ignored': { en: 'The date cannot be read and was left out', ar: 'تعذّرت قراءة التاريخ فتُرك' },
  'item.date_zone_assumed': {
    en: 'The date names no known time zone; UTC was assumed',
    ar: 'لا يذكر التاريخ منطقة زمنية معروفة؛ افتُرض التوقيت العالمي',
  },
  'item.season_ignored': { en: 'The season is not a number and was left out', ar: 'الموسم ليس رقمًا فتُرك' },
  'item.number_ignored': {
    en: 'The number of the episode is not valid and was left out',
    ar: 'رقم الحلقة غير صالح فتُرك',
  },
  'item.duration_ignored': {
    en: 'The duration cannot be right and was left out',
    ar: 'لا يمكن أن تكون المدة صحيحة فتُركت',
  },
  'item.link_ignored': { en: 'The link is not valid and was left out', ar: 'الرابط غير صالح فتُرك' },
  'item.enclosure_ignored': {
    en: 'The address of the file is not valid and was left out',
    ar: 'عنوان الملف غير صالح فتُرك',
  },
  'item.enclosure_not_playable': { en: 'The file cannot be played and was left out', ar: 'لا يمكن تشغيل الملف فتُرك' },
  'item.several_enclosures': { en: 'The item has several files; one was chosen', ar: 'للعنصر عدة ملفات؛ اختير أحدها' },
  'item.tags_ignored': { en: 'Tags were left out', ar: 'تُركت وسوم' },
  'item.people_ignored': { en: 'People were left out', ar: 'تُرك أشخاص' },
} as const;
