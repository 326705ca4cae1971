import { fold } from './fold.js';

const functionWords = `
من في إلى عن مع هذا هذه ذلك تلك هؤلاء أولئك هنا هناك التي الذي الذين اللذان اللتان اللواتي اللاتي ما ماذا متى
أين كيف كم هل لماذا لما لم لن لا أي أية أو ثم بل لكن لكنّ إن أن إنّ أنّ إذا إذ لو قد لقد سوف كان كانت كانوا يكون
تكون كما مثل حتى منذ خلال بين بعد قبل عند عندما حيث حين كل بعض غير سوى هو هي هم هن هما أنا نحن أنت أنتم له لها
لهم به بها بهم فيه فيها فيهم منه منها منهم عليه عليها عليهم إليه إليها عنه عنها و ف ب ل ك يا ليس ليست أما إنه
إنها أنه أنها بأن وهو وهي ولا وما ومن وفي
a an and are as at be been but by could did do does for from had has have he her his how i if in into is it its
me my no nor not of on or our she should so such than that the their them then there these they this those to
too was we were what when where which while whom why with would you your
`;

/**
 * Folded function words of both languages. The index keeps them; queries drop them, for speed and better ranking. Words
 * that fold like a name are not included: على (like علي), أم, who, will, can.
 */
const stopWords: ReadonlySet<string> = new Set(fold(functionWords).split(/\s+/).filter(Boolean));

export function isStopWord(folded: string): boolean {
  return stopWords.has(folded);
}
