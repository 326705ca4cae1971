import { fold } from './fold.js';

/** Common words of a media catalogue with broken plurals, singular first. */
const brokenPlurals = `
برنامج برامج, فيلم أفلام, خبر أخبار, كتاب كتب, أغنية أغاني أغان, نشيد أناشيد, درس دروس, قصة قصص, موسم مواسم,
ضيف ضيوف, علم علوم, لعبة ألعاب, صورة صور, مقطع مقاطع, فكرة أفكار, مشهد مشاهد, حدث أحداث, تجربة تجارب,
سؤال أسئلة, جواب أجوبة, طفل أطفال, رجل رجال, امرأة نساء, مدينة مدن, دولة دول, حرب حروب, ملك ملوك, رسالة رسائل,
عمل أعمال, شاعر شعراء, عدد أعداد, فريق فرق, نجم نجوم, سر أسرار, بطل أبطال, مركز مراكز, منطقة مناطق, وثيقة وثائق,
قناة قنوات, جزء أجزاء, فصل فصول, باب أبواب, صوت أصوات, سوق أسواق, شركة شركات, مشروع مشاريع, شهر أشهر شهور,
يوم أيام, عام أعوام, قرن قرون, بلد بلاد بلدان, شعب شعوب, لاعب لاعبين, خبير خبراء`;

/** Irregular English words that the stemmer does not unify, base form first. */
const irregularForms = `
program programme programmes, child children, person people, man men, woman women, foot feet, mouse mice`;

const singulars = createLookup(brokenPlurals);
const bases = createLookup(irregularForms);

/** The singular of a folded Arabic plural without article; `undefined` for other words. */
export function findSingular(folded: string): string | undefined {
  return singulars.get(folded);
}

/** The base form of a folded irregular English word; `undefined` for other words. */
export function findBaseForm(folded: string): string | undefined {
  return bases.get(folded);
}

function createLookup(rows: string): ReadonlyMap<string, string> {
  return new Map(
    rows.split(',').flatMap((row) => {
      const [base = '', ...forms] = fold(row).trim().split(' ');
      return forms.map((form): [string, string] => [form, base]);
    }),
  );
}
