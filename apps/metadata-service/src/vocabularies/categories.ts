import type { Category } from '@mediamesh/contracts';

const category = (key: string, en: string, ar: string): Category => {
  const dot = key.lastIndexOf('.');
  return { key, ...(dot > 0 && { parent: key.slice(0, dot) }), names: { ar, en } };
};

/** The categories of a new install, close to those that podcasts use. */
export const firstCategories: readonly Category[] = [
  category('arts', 'Arts', 'الفنون'),
  category('arts.books', 'Books', 'الكتب'),
  category('arts.design', 'Design', 'التصميم'),
  category('arts.food', 'Food', 'الطعام'),
  category('arts.performing', 'Performing Arts', 'الفنون الأدائية'),
  category('business', 'Business', 'الأعمال'),
  category('business.careers', 'Careers', 'المسار المهني'),
  category('business.entrepreneurship', 'Entrepreneurship', 'ريادة الأعمال'),
  category('business.investing', 'Investing', 'الاستثمار'),
  category('comedy', 'Comedy', 'الكوميديا'),
  category('education', 'Education', 'التعليم'),
  category('education.languages', 'Language Learning', 'تعلم اللغات'),
  category('education.self-improvement', 'Self-Improvement', 'تطوير الذات'),
  category('fiction', 'Fiction', 'القصص والروايات'),
  category('fiction.drama', 'Drama', 'الدراما'),
  category('government', 'Government', 'الشؤون الحكومية'),
  category('health', 'Health & Fitness', 'الصحة واللياقة'),
  category('health.mental', 'Mental Health', 'الصحة النفسية'),
  category('history', 'History', 'التاريخ'),
  category('kids', 'Kids & Family', 'الأطفال والأسرة'),
  category('kids.stories', 'Stories for Kids', 'قصص الأطفال'),
  category('leisure', 'Leisure', 'الترفيه'),
  category('leisure.games', 'Games', 'الألعاب'),
  category('music', 'Music', 'الموسيقى'),
  category('news', 'News', 'الأخبار'),
  category('news.politics', 'Politics', 'السياسة'),
  category('news.tech', 'Tech News', 'أخبار التقنية'),
  category('religion', 'Religion & Spirituality', 'الدين والروحانيات'),
  category('religion.islam', 'Islam', 'الإسلام'),
  category('science', 'Science', 'العلوم'),
  category('science.nature', 'Nature', 'الطبيعة'),
  category('society', 'Society & Culture', 'المجتمع والثقافة'),
  category('society.documentary', 'Documentary', 'الوثائقيات'),
  category('society.philosophy', 'Philosophy', 'الفلسفة'),
  category('society.places', 'Places & Travel', 'السفر والأماكن'),
  category('sports', 'Sports', 'الرياضة'),
  category('sports.football', 'Football', 'كرة القدم'),
  category('technology', 'Technology', 'التقنية'),
  category('crime', 'True Crime', 'الجريمة'),
  category('film', 'TV & Film', 'التلفزيون والسينما'),
];
